namespace HandyBackup.Repository.Tests.Maintenance;

/// <summary>
/// Real time that a test may set forward, and in which pauses of less than a second pass at once: a lock waits 200 ms to see whether others came at the same time.
/// </summary>
internal sealed class HastyTimeProvider : TimeProvider
{
    /// <summary>How far the clock on the wall is ahead.</summary>
    public TimeSpan Ahead { get; set; }

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Ahead;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        base.CreateTimer(callback, state, dueTime < TimeSpan.FromSeconds(1) && dueTime > TimeSpan.Zero ? TimeSpan.Zero : dueTime, period);
}
