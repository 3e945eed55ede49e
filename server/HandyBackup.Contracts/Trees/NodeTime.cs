namespace HandyBackup.Contracts;

/// <summary>
/// A point in time as restic's trees keep it: nanoseconds, and the zone offset that was in force when it was written, because
/// re-encoding a tree must give the same bytes.
/// </summary>
/// <param name="UnixSeconds">Whole seconds since 1970-01-01T00:00:00Z, negative before.</param>
/// <param name="Nanoseconds">0 to 999,999,999, always counted forward from <paramref name="UnixSeconds"/>.</param>
/// <param name="OffsetMinutes">The zone's distance from UTC in minutes, east positive; 0 is written as <c>Z</c>.</param>
public readonly record struct NodeTime(long UnixSeconds, int Nanoseconds, short OffsetMinutes = 0)
{
    /// <summary>True if both are the same instant, whatever their offsets.</summary>
    public bool IsSameInstant(NodeTime other) => UnixSeconds == other.UnixSeconds && Nanoseconds == other.Nanoseconds;

    /// <summary>The instant in UTC to 100 ns, cut off; the nearest one of the years 1 to 9999 where it lies outside.</summary>
    public DateTimeOffset ToDateTimeOffset()
    {
        long first = DateTimeOffset.MinValue.ToUnixTimeSeconds();
        long last = DateTimeOffset.MaxValue.ToUnixTimeSeconds();
        if (UnixSeconds < first)
        {
            return DateTimeOffset.MinValue;
        }

        return UnixSeconds > last ? DateTimeOffset.MaxValue : DateTimeOffset.FromUnixTimeSeconds(UnixSeconds).AddTicks(Nanoseconds / 100);
    }
}
