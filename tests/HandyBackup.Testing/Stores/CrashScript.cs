namespace HandyBackup.Testing;

/// <summary>What a <see cref="CrashingStore"/> does to its users. The same seed makes the same choices for the same sequence of calls.</summary>
/// <param name="Seed">Makes all choices.</param>
public sealed record CrashScript(int Seed)
{
    /// <summary>
    /// True for a drive that lies about flushing: of a file that was being saved at the crash, the beginning may be all that is left, or
    /// there may be a hole in it. False for a store that keeps the contract: such a file is there whole or not at all.
    /// </summary>
    public bool TearsFiles { get; init; }

    /// <summary>Of a thousand calls that change something, how many fail without having done it.</summary>
    public int FailuresInThousand { get; init; }

    /// <summary>Of a thousand calls that change something, how many do it and fail nevertheless: the answer is lost.</summary>
    public int LostAnswersInThousand { get; init; }

    /// <summary>How often a call lets others go first, at most: it is the store's latency, and reorders calls that are under way at once.</summary>
    public int MostLatency { get; init; } = 3;
}
