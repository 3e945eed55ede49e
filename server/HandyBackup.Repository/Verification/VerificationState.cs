namespace HandyBackup.Repository;

/// <summary>How far the verification of a repository has come. Times are whole seconds.</summary>
public sealed record VerificationState
{
    /// <summary>When packs were last recorded: who is not among them was written later.</summary>
    public required DateTimeOffset Recorded { get; init; }

    /// <summary>When the last share of data that was due, or all data, was read to its end; null if never.</summary>
    public DateTimeOffset? LastShare { get; init; }

    /// <summary>How long it is expected to take from one share to the next.</summary>
    public TimeSpan Interval { get; init; }

    /// <summary>All data was read back, or was new, at this time or later; null if there is none.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>The size of the packs that were never read back.</summary>
    public long UnverifiedBytes { get; init; }
}
