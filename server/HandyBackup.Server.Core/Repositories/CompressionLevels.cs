using HandyBackup.Contracts;

namespace HandyBackup.Server.Core;

/// <summary>The zstd levels that a repository can have.</summary>
internal static class CompressionLevels
{
    // Measured with /usr/share beside restic's default (docs/benchmarks.md): level 1 takes 8 % less time than 2 and makes the repository 3.6 % larger than restic's;
    // level 2 makes it as large, and level 3, 3 % smaller in 9 % more time.
    private const int Default = 2;
    private const int Highest = 19;

    /// <summary>The level for a new repository.</summary>
    /// <param name="wanted">The level that was asked for; null for the default.</param>
    /// <param name="formatVersion">Version of the restic format.</param>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.InvalidArgument"/> if there is no such level, or the format cannot compress.</exception>
    public static int? Choose(int? wanted, int formatVersion)
    {
        if (formatVersion < 2)
        {
            return wanted is null ? null : throw new HandyBackupException(ErrorCode.InvalidArgument, "A repository of format version 1 cannot compress.")
            {
                Target = nameof(RepositoryInfo.CompressionLevel),
                Advice = "Leave the compression level out, or use format version 2.",
            };
        }

        return wanted is null or (>= 1 and <= Highest) ? wanted ?? Default : throw new HandyBackupException(ErrorCode.InvalidArgument, $"There is no compression level {wanted}.")
        {
            Target = nameof(RepositoryInfo.CompressionLevel),
            Advice = $"Choose 1 (fast) to {Highest} (small).",
        };
    }
}
