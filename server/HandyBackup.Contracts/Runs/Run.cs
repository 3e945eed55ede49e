namespace HandyBackup.Contracts;

/// <summary>One execution: a backup, a restore, a check or an optimization.</summary>
public sealed record Run
{
    /// <summary>The run's id.</summary>
    public required Guid Id { get; init; }

    /// <summary>What it does.</summary>
    public required RunKind Kind { get; init; }

    /// <summary>Where it is in its life.</summary>
    public required RunState State { get; init; }

    /// <summary>The task it executes; null for restores and checks.</summary>
    public string? Task { get; init; }

    /// <summary>The agent that works; null for a check.</summary>
    public string? Agent { get; init; }

    /// <summary>The repository it reads or writes.</summary>
    public required string Repository { get; init; }

    /// <summary>When it was accepted.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>When it may begin, while it waits for its moment in a start window; else null.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>What it waits for while it is queued; else null.</summary>
    public RunWait? WaitsFor { get; init; }

    /// <summary>When work began; null while queued.</summary>
    public DateTimeOffset? Started { get; init; }

    /// <summary>When it ended; null until then.</summary>
    public DateTimeOffset? Ended { get; init; }

    /// <summary>The counters.</summary>
    public RunProgress Progress { get; init; } = new();

    /// <summary>Bytes handled per second, over the last few seconds while it runs, over the whole run after it.</summary>
    public double BytesPerSecond { get; init; }

    /// <summary>How much longer it will take; null if nothing is known.</summary>
    public TimeSpan? Remaining { get; init; }

    /// <summary>Items that need a look: unreadable, changed while read, not restored, damaged.</summary>
    public long Warnings { get; init; }

    /// <summary>Restored or skipped by policy, for a restore.</summary>
    public long Skipped { get; init; }

    /// <summary>The snapshot that a backup made or a restore read; null where there is none.</summary>
    public string? SnapshotId { get; init; }

    /// <summary>What an optimization did, or would do; null until then, and for all else.</summary>
    public RepositoryOptimization? Optimization { get; init; }

    /// <summary>Why it failed; null unless it did.</summary>
    public ErrorInfo? Error { get; init; }
}
