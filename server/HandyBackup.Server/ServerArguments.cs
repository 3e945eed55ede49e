using HandyBackup.Contracts;

namespace HandyBackup.Server;

/// <summary>What the command line says.</summary>
public sealed record ServerArguments
{
    /// <summary>How to call the program.</summary>
    public const string Usage = "Usage: hb-server --data-path <folder> [--standalone]";

    /// <summary>The folder with catalog, key and log, absolute.</summary>
    public required string DataPath { get; init; }

    /// <summary>True to run an agent for this machine in the same process.</summary>
    public bool Standalone { get; init; }

    /// <summary>Reads a command line.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.InvalidArgument"/> if it is not as <see cref="Usage"/> says.</exception>
    public static ServerArguments Parse(IReadOnlyList<string> arguments)
    {
        string? dataPath = null;
        bool standalone = false;
        for (int i = 0; i < arguments.Count; i++)
        {
            switch (arguments[i])
            {
                case "--data-path" when i + 1 < arguments.Count && arguments[i + 1].Length > 0:
                    dataPath = Path.GetFullPath(arguments[++i]);
                    break;
                case "--data-path":
                    throw Invalid("--data-path", "--data-path needs a folder.");
                case "--standalone":
                    standalone = true;
                    break;
                default:
                    throw Invalid(arguments[i], $"'{arguments[i]}' is not an option.");
            }
        }

        return dataPath is null
            ? throw Invalid("--data-path", "--data-path is missing.")
            : new ServerArguments { DataPath = dataPath, Standalone = standalone };
    }

    private static HandyBackupException Invalid(string target, string message) =>
        new(ErrorCode.InvalidArgument, message) { Target = target, Advice = Usage };
}
