namespace HandyBackup.Contracts;

/// <summary>What a restore did.</summary>
public sealed record RestoreOutcome
{
    /// <summary>The final counters: items handled, bytes of files that are there now, and how many of them were there before.</summary>
    public required RunProgress Totals { get; init; }

    /// <summary>Items that the policy left as they were.</summary>
    public required long Skipped { get; init; }
}
