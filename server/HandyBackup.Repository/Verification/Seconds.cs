namespace HandyBackup.Repository;

/// <summary>Times as whole seconds since 1970, rounded down, in four bytes until the year 2106. Zero is never.</summary>
internal static class Seconds
{
    /// <summary>The number for a time.</summary>
    public static uint Of(DateTimeOffset time) => (uint)Math.Clamp(time.ToUnixTimeSeconds(), 0, uint.MaxValue - 1);

    /// <summary>The time for a number.</summary>
    public static DateTimeOffset ToTime(uint seconds) => DateTimeOffset.FromUnixTimeSeconds(seconds);

    /// <summary>The time for a number; null for zero.</summary>
    public static DateTimeOffset? ToTimeOrNull(uint seconds) => seconds == 0 ? null : ToTime(seconds);
}
