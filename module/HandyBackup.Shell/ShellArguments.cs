namespace HandyBackup.Shell;

/// <summary>The command line. A first argument that is no option is a script, as in pwsh.</summary>
internal sealed record ShellArguments(ShellMode Mode, string Target, IReadOnlyList<string> Rest)
{
    /// <summary>How the shell is used.</summary>
    public const string Usage = """
        Usage: hb-shell [[-File] <script.ps1> [arguments]] | -Command <text> | -Help

        Hosts the PowerShell engine with the HandyBackup module at hand, for machines without PowerShell.
        Without arguments it shows a prompt; 'exit' leaves it.
        """;

    /// <summary>Parses the arguments.</summary>
    public static bool TryParse(IReadOnlyList<string> args, out ShellArguments arguments, out string? error)
    {
        arguments = new ShellArguments(ShellMode.Prompt, "", []);
        error = null;
        if (args.Count == 0)
        {
            return true;
        }

        switch (args[0].ToLowerInvariant())
        {
            case "-file" or "-f":
                return TryTakeFile(args, 1, ref arguments, ref error);
            case "-command" or "-c":
                error = args.Count < 2 ? "-Command needs a command text." : null;
                arguments = new ShellArguments(ShellMode.Command, string.Join(' ', args.Skip(1)), []);
                return error is null;
            case "-help" or "-h" or "-?" or "--help":
                arguments = new ShellArguments(ShellMode.Help, "", []);
                return true;
            case [('-'), ..]:
                error = $"'{args[0]}' is not an option.";
                return false;
            default:
                return TryTakeFile(args, 0, ref arguments, ref error);
        }
    }

    private static bool TryTakeFile(IReadOnlyList<string> args, int at, ref ShellArguments arguments, ref string? error)
    {
        if (args.Count <= at)
        {
            error = "-File needs the path of a script.";
            return false;
        }

        string path = Path.GetFullPath(args[at]);
        if (!File.Exists(path))
        {
            error = $"The script '{args[at]}' does not exist.";
            return false;
        }

        arguments = new ShellArguments(ShellMode.File, path, [.. args.Skip(at + 1)]);
        return true;
    }
}
