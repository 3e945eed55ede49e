namespace HandyBackup.Server.Core.Tests;

/// <summary>Real time that a test may set forward.</summary>
public sealed class AheadTimeProvider : TimeProvider
{
    /// <summary>How far the clock on the wall is ahead.</summary>
    public TimeSpan Ahead { get; set; }

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Ahead;
}
