using HandyBackup.Contracts;

namespace HandyBackup.Server.Core;

/// <summary>Within which time all data of a repository may have to be read back.</summary>
internal static class VerificationTimes
{
    private static readonly TimeSpan s_shortest = TimeSpan.FromDays(1);
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(3650);

    /// <summary>The time to be kept in the catalog.</summary>
    /// <param name="wanted">The time that was asked for; null for what holds otherwise.</param>
    /// <param name="otherwise">What holds otherwise.</param>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.InvalidArgument"/> if it is shorter than a day or longer than ten years.</exception>
    public static TimeSpan Choose(TimeSpan? wanted, TimeSpan otherwise)
    {
        TimeSpan within = wanted ?? otherwise;
        return within >= s_shortest && within <= s_longest
            ? TimeSpan.FromSeconds(Math.Ceiling(within.TotalSeconds))
            : throw new HandyBackupException(ErrorCode.InvalidArgument, $"All data cannot be verified within {within}.")
            {
                Target = nameof(CreateRepositoryRequest.VerifyWithin),
                Advice = "Give a time from a day to ten years, such as 30.00:00:00 for thirty days.",
            };
    }
}
