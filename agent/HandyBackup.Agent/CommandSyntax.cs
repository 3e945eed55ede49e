namespace HandyBackup.Agent;

/// <summary>What may follow a command.</summary>
/// <param name="LeastWords">How many words at least.</param>
/// <param name="MostWords">How many words at most.</param>
/// <param name="Flags">Options without a value.</param>
/// <param name="Options">Options with one.</param>
internal sealed record CommandSyntax(int LeastWords, int MostWords, string[] Flags, string[] Options)
{
    /// <summary>The syntax of a command; null if there is none of this name.</summary>
    public static CommandSyntax? Of(string command) => command switch
    {
        "install" => new(0, 0, [], ["--server", "--token", "--token-file", "--name", "--data-path", "--program-path"]),
        "enroll" => new(0, 0, [], ["--server", "--token", "--token-file", "--name", "--data-path"]),
        "upgrade" => new(0, 0, [], ["--data-path", "--program-path"]),
        "uninstall" => new(0, 0, ["--keep-data"], ["--data-path", "--program-path"]),
        "status" or "run" => new(0, 0, [], ["--data-path"]),
        "describe" => new(0, 0, [], []),
        "list" => new(1, 2, ["--recurse"], ["--options"]),
        _ => null,
    };
}
