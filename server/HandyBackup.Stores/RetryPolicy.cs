namespace HandyBackup.Stores;

/// <summary>How long a <see cref="RetryStore"/> keeps trying.</summary>
public sealed record RetryPolicy
{
    /// <summary>How often an operation is tried in all; at least 1.</summary>
    public int Attempts { get; init; } = 6;

    /// <summary>The pause before the second attempt; each later pause is twice as long as the one before.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>The longest pause.</summary>
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The pause after an attempt that failed.</summary>
    /// <param name="attempt">The number of the attempt, from 1 on.</param>
    public TimeSpan PauseAfter(int attempt)
    {
        double ticks = FirstPause.Ticks * Math.Pow(2, attempt - 1);
        return ticks < LongestPause.Ticks ? TimeSpan.FromTicks((long)ticks) : LongestPause;
    }
}
