namespace HandyBackup.Testing;

/// <summary>Real time that a test may let pass at once, and whose clock on the wall it may set.</summary>
public sealed class AheadTimeProvider : TimeProvider
{
    /// <summary>How much time has passed besides.</summary>
    public TimeSpan Ahead { get; set; }

    /// <summary>How far the clock on the wall was set forward, or back if it is negative.</summary>
    public TimeSpan Set { get; set; }

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Ahead + Set;

    public override long GetTimestamp() => base.GetTimestamp() + (long)(Ahead.TotalSeconds * TimestampFrequency);
}
