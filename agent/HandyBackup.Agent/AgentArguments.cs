using HandyBackup.Agent.Core.Installation;
using HandyBackup.Contracts;

namespace HandyBackup.Agent;

/// <summary>What the command line says: a command, its words, and its options. Which of them a command takes, the command says.</summary>
public sealed class AgentArguments
{
    /// <summary>How to call the program.</summary>
    public const string Usage = """
        Usage: hb-agent install --server <host:port> [--token-file <file>] [--name <name>]
               hb-agent enroll --server <host:port> [--token-file <file>] [--name <name>]
               hb-agent upgrade
               hb-agent uninstall [--keep-data]
               hb-agent status
               hb-agent run
               hb-agent describe
               hb-agent list <source> [<path>] [--recurse] [--options <file>]
               hb-agent --help | --version

        install    makes this machine an agent of a server and starts it as a service; may be repeated
        enroll     makes this machine an agent and leaves it to somebody else to run it
        upgrade    puts this version in the place of the installed one
        uninstall  removes service, program and identity; --keep-data keeps the identity
        status     how the agent of this machine stands with its server, as JSON
        run        works until it is stopped: what the service does
        describe   the sources that an agent on this machine would have and their options, as JSON
        list       what a source shows at a path; options are read from a JSON file, since a command line is open to everybody

        The enrolment token is read from --token-file (- is standard input), else from the variable HANDYBACKUP_TOKEN. --token <token> works too, but a command
        line can be read by every user of the machine.
        --data-path <folder> and, for install, upgrade and uninstall, --program-path <folder> choose other folders than the usual ones.
        Exit codes: 0 done, 1603 failed (on Linux its low byte, 67), 3010 done but a restart is needed, 1 wrong arguments.
        """;

    private readonly Dictionary<string, string> _options;

    private AgentArguments(string command, IReadOnlyList<string> words, Dictionary<string, string> options)
    {
        Command = command;
        Words = words;
        _options = options;
    }

    /// <summary>The command.</summary>
    public string Command { get; }

    /// <summary>True for the commands that change what is installed, which end with the exit codes of installations.</summary>
    public bool IsInstallation => Command is "install" or "enroll" or "upgrade" or "uninstall";

    /// <summary>What follows it and is no option.</summary>
    public IReadOnlyList<string> Words { get; }

    /// <summary>Where the agent lies.</summary>
    public AgentPlaces Places => new(FolderOf("--program-path") ?? AgentPlaces.Default.Program, FolderOf("--data-path") ?? AgentPlaces.Default.Data);

    /// <summary>Reads a command line.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.InvalidArgument"/> if it is not as <see cref="Usage"/> says. Values of options are not in it.</exception>
    public static AgentArguments Parse(IReadOnlyList<string> arguments)
    {
        if (arguments.Count == 0 || CommandSyntax.Of(arguments[0]) is not { } syntax)
        {
            throw Invalid(arguments.Count > 0 ? arguments[0] : null, "The command is missing or unknown.");
        }

        var words = new List<string>();
        var options = new Dictionary<string, string>(StringComparer.Ordinal);
        for (int i = 1; i < arguments.Count; i++)
        {
            string argument = arguments[i];
            if (syntax.Flags.Contains(argument))
            {
                options[argument] = "";
            }
            else if (syntax.Options.Contains(argument))
            {
                options[argument] = i + 1 < arguments.Count && arguments[i + 1].Length > 0 ? arguments[++i] : throw Invalid(argument, $"{argument} needs a value.");
            }
            else if (!argument.StartsWith("--", StringComparison.Ordinal) && words.Count < syntax.MostWords)
            {
                words.Add(argument);
            }
            else
            {
                // A word that is one too many may be a token whose option was forgotten, so it is not repeated.
                throw argument.StartsWith("--", StringComparison.Ordinal)
                    ? Invalid(argument, $"'{argument}' is no option of {arguments[0]}.")
                    : Invalid(null, $"{arguments[0]} takes fewer words.");
            }
        }

        return words.Count >= syntax.LeastWords ? new AgentArguments(arguments[0], words, options) : throw Invalid(arguments[0], $"{arguments[0]} needs more words.");
    }

    /// <summary>True if a flag was given.</summary>
    public bool Has(string flag) => _options.ContainsKey(flag);

    /// <summary>The value of an option; null if it was not given.</summary>
    public string? Find(string option) => _options.GetValueOrDefault(option);

    /// <summary>The value of an option that must be given.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.InvalidArgument"/>.</exception>
    public string Get(string option) => Find(option) ?? throw Invalid(option, $"{option} is missing.");

    /// <summary>The error for a command line that cannot be used.</summary>
    internal static HandyBackupException Invalid(string? target, string message) =>
        new(ErrorCode.InvalidArgument, message) { Target = target, Advice = Usage };

    private string? FolderOf(string option) => Find(option) is { } folder ? Path.GetFullPath(folder) : null;
}
