namespace HandyBackup.Sources;

/// <summary>A point in time to the nanosecond, as file systems keep it.</summary>
/// <param name="UnixSeconds">Whole seconds since 1970-01-01T00:00:00Z, negative before.</param>
/// <param name="Nanoseconds">0 to 999,999,999, always counted forward from <paramref name="UnixSeconds"/>.</param>
public readonly record struct SourceTime(long UnixSeconds, int Nanoseconds);
