using HandyBackup.Contracts;
using HandyBackup.Server.Network;

namespace HandyBackup.Server;

/// <summary>What the command line says.</summary>
public sealed record ServerArguments
{
    /// <summary>How to call the program.</summary>
    public const string Usage = "Usage: hb-server --data-path <folder> [--standalone] [--listen <address>[:<port>]]... [--name <host>]...; or hb-server restore-server";

    /// <summary>What <c>--help</c> says.</summary>
    public const string Help = """
        Usage: hb-server --data-path <folder> [--standalone] [--listen <address>[:<port>]]... [--name <host>]...
               hb-server restore-server --from <file> (--data-path <folder> [--force] | --verify-only)
               hb-server --help | --version

        --data-path     the folder with catalog, keys and logs; made if it does not exist. Panels on this machine find the server by it
        --standalone    backs up this machine too, without an agent of its own
        --listen        waits for agents and panels of other machines; * is every address, port 10680 unless another is given
        --name          a name or address by which other machines know this one, besides its own
        restore-server  brings a server back out of a file of Backup-HBServer; the password is the first line of standard input
        --force         puts a server aside that the folder already holds
        --verify-only   sees only whether the file is whole

        The server works until it is stopped: by Stop-HBServer, Ctrl+C or SIGTERM. All else is said in PowerShell: Get-Command -Module HandyBackup.
        Exit codes: 0 stopped, 1 failed, 2 wrong arguments, 3 another server works on the folder.
        """;

    private const string DataPathOption = "--data-path";

    /// <summary>The folder with catalog, key and log, absolute.</summary>
    public required string DataPath { get; init; }

    /// <summary>True to run an agent for this machine in the same process.</summary>
    public bool Standalone { get; init; }

    /// <summary>Where to wait for agents and panels of other machines; empty for a server of one machine.</summary>
    public IReadOnlyList<ListenAddress> Listen { get; init; } = [];

    /// <summary>Names and addresses by which other machines know this one, besides its own and those that it listens on.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>All of it as it was given, without the data path.</summary>
    public IReadOnlyList<string> Options { get; init; } = [];

    /// <summary>Reads a command line.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.InvalidArgument"/> if it is not as <see cref="Usage"/> says.</exception>
    public static ServerArguments Parse(IReadOnlyList<string> arguments)
    {
        string? dataPath = null;
        bool standalone = false;
        var listen = new List<ListenAddress>();
        var names = new List<string>();
        var options = new List<string>();
        for (int i = 0; i < arguments.Count; i++)
        {
            int option = i;
            switch (arguments[i])
            {
                case DataPathOption when i + 1 < arguments.Count && arguments[i + 1].Length > 0:
                    dataPath = Path.GetFullPath(arguments[++i]);
                    break;
                case DataPathOption:
                    throw Invalid(DataPathOption, "--data-path needs a folder.");
                case "--listen" when i + 1 < arguments.Count:
                    listen.Add(ListenAddress.Parse(arguments[++i]));
                    break;
                case "--listen":
                    throw Invalid("--listen", "--listen needs an address.");
                case "--name" when i + 1 < arguments.Count && arguments[i + 1].Length > 0:
                    names.Add(arguments[++i]);
                    break;
                case "--name":
                    throw Invalid("--name", "--name needs a host name or an address.");
                case "--standalone":
                    standalone = true;
                    break;
                default:
                    throw Invalid(arguments[i], $"'{arguments[i]}' is not an option.");
            }

            if (arguments[option] != DataPathOption)
            {
                options.AddRange(arguments.Skip(option).Take(i - option + 1));
            }
        }

        if (names.Count > 0 && listen.Count == 0)
        {
            throw Invalid("--name", "--name is for servers that other machines reach: --listen is missing.");
        }

        return dataPath is null
            ? throw Invalid(DataPathOption, "--data-path is missing.")
            : new ServerArguments { DataPath = dataPath, Standalone = standalone, Listen = listen, Names = names, Options = options };
    }

    private static HandyBackupException Invalid(string target, string message) =>
        new(ErrorCode.InvalidArgument, message) { Target = target, Advice = Usage };
}
