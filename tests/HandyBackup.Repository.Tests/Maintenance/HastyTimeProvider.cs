namespace HandyBackup.Repository.Tests.Maintenance;

/// <summary>
/// Real time that a test may let pass at once, and whose clock on the wall it may set. Pauses of less than a second pass at once, too: a lock waits 200 ms to see whether others came at the same time.
/// </summary>
internal sealed class HastyTimeProvider : TimeProvider
{
    /// <summary>How much time has passed besides.</summary>
    public TimeSpan Ahead { get; set; }

    /// <summary>How far the clock on the wall was set forward, or back if it is negative.</summary>
    public TimeSpan Set { get; set; }

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Ahead + Set;

    public override long GetTimestamp() => base.GetTimestamp() + (long)(Ahead.TotalSeconds * TimestampFrequency);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        base.CreateTimer(callback, state, dueTime < TimeSpan.FromSeconds(1) && dueTime > TimeSpan.Zero ? TimeSpan.Zero : dueTime, period);
}
