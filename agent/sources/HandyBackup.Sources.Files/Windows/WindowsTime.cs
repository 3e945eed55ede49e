namespace HandyBackup.Sources.Files.Windows;

/// <summary>Windows counts 100 nanoseconds since 1601.</summary>
internal static class WindowsTime
{
    private const long TicksPerSecond = 10_000_000;
    private const long SecondsTo1970 = 11_644_473_600;

    public static SourceTime FromFileTime(long ticks)
    {
        (long seconds, long rest) = Math.DivRem(ticks, TicksPerSecond);
        return new SourceTime(seconds - SecondsTo1970, (int)rest * 100);
    }

    /// <summary>The time as .NET sets it; null if Windows cannot keep it.</summary>
    public static DateTime? ToDateTime(SourceTime time)
    {
        long seconds = time.UnixSeconds + SecondsTo1970;

        // Up to the year 9999, which is as far as System.DateTime goes.
        const long MaximumSeconds = 265_046_774_399;
        return seconds is > 0 and <= MaximumSeconds ? DateTime.FromFileTimeUtc((seconds * TicksPerSecond) + (time.Nanoseconds / 100)) : null;
    }
}
