using HandyBackup.Contracts;

namespace HandyBackup.Server.Recovery;

/// <summary>What the command line of <c>hb-server restore-server</c> says.</summary>
public sealed record RestoreArguments
{
    /// <summary>The first argument, by which the command is known.</summary>
    public const string Command = "restore-server";

    /// <summary>How to call it.</summary>
    public const string Usage = "Usage: hb-server restore-server --from <file> (--data-path <folder> [--force] | --verify-only). The password is the first line of standard input.";

    /// <summary>The backup, absolute.</summary>
    public required string From { get; init; }

    /// <summary>The folder that the server gets, absolute; null to verify the backup only.</summary>
    public string? DataPath { get; init; }

    /// <summary>True to put a server aside that the folder already holds.</summary>
    public bool Force { get; init; }

    /// <summary>Reads a command line, without the command itself.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.InvalidArgument"/> if it is not as <see cref="Usage"/> says.</exception>
    public static RestoreArguments Parse(IReadOnlyList<string> arguments)
    {
        string? from = null;
        string? dataPath = null;
        bool force = false;
        bool verifyOnly = false;
        for (int i = 0; i < arguments.Count; i++)
        {
            switch (arguments[i])
            {
                case "--from" when i + 1 < arguments.Count && arguments[i + 1].Length > 0:
                    from = Path.GetFullPath(arguments[++i]);
                    break;
                case "--data-path" when i + 1 < arguments.Count && arguments[i + 1].Length > 0:
                    dataPath = Path.GetFullPath(arguments[++i]);
                    break;
                case "--force":
                    force = true;
                    break;
                case "--verify-only":
                    verifyOnly = true;
                    break;
                default:
                    throw Invalid(arguments[i], $"'{arguments[i]}' is not an option, or lacks its value.");
            }
        }

        if (from is null)
        {
            throw Invalid("--from", "--from is missing.");
        }

        return verifyOnly == dataPath is null && !(verifyOnly && force)
            ? new RestoreArguments { From = from, DataPath = dataPath, Force = force }
            : throw Invalid("--data-path", verifyOnly ? "--verify-only stands alone." : "--data-path is missing.");
    }

    private static HandyBackupException Invalid(string target, string message) =>
        new(ErrorCode.InvalidArgument, message) { Target = target, Advice = Usage };
}
