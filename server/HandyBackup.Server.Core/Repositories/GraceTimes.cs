using HandyBackup.Contracts;

namespace HandyBackup.Server.Core;

/// <summary>How long what was deleted can be had back.</summary>
internal static class GraceTimes
{
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(3650);

    /// <summary>The time to be kept in the catalog.</summary>
    /// <param name="wanted">The time that was asked for; null for what holds otherwise.</param>
    /// <param name="otherwise">What holds otherwise.</param>
    /// <param name="name">Names the property in an error.</param>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.InvalidArgument"/> if it is negative or longer than ten years.</exception>
    public static TimeSpan Choose(TimeSpan? wanted, TimeSpan otherwise, string name)
    {
        TimeSpan grace = wanted ?? otherwise;
        return grace >= TimeSpan.Zero && grace <= s_longest ? TimeSpan.FromSeconds(Math.Ceiling(grace.TotalSeconds)) : throw new HandyBackupException(ErrorCode.InvalidArgument, $"{grace} is no time of grace.")
        {
            Target = name,
            Advice = "Give a time from 0 to ten years, such as 7.00:00:00 for seven days.",
        };
    }
}
