using HandyBackup.Contracts;

namespace HandyBackup.Module;

/// <summary>What optimizing a repository did, or would do.</summary>
public sealed class HBRepositoryOptimization : ServerObject
{
    internal HBRepositoryOptimization(RepositoryOptimization optimization, HBRun run)
        : base(run.Session)
    {
        Repository = run.Repository;
        IsPlan = optimization.IsPlan;
        Snapshots = optimization.Snapshots;
        RestorableSnapshots = optimization.RestorableSnapshots;
        ExpiredSnapshots = optimization.ExpiredSnapshots;
        Packs = optimization.Packs;
        Bytes = optimization.Bytes;
        UnusedPacks = optimization.UnusedPacks;
        UnusedBytes = optimization.UnusedBytes;
        RewrittenPacks = optimization.RewrittenPacks;
        RewrittenBytes = optimization.RewrittenBytes;
        CopiedBytes = optimization.CopiedBytes;
        ToleratedBytes = optimization.ToleratedBytes;
        RemovedPacks = optimization.RemovedPacks;
        FreedBytes = optimization.FreedBytes;
        CondemnedPacks = optimization.CondemnedPacks;
        FollowingBytes = optimization.FollowingBytes;
        VerifiedBytes = optimization.VerifiedBytes;
        Duration = run.Duration;
        RunId = run.Id;
    }

    /// <summary>The repository.</summary>
    public string Repository { get; }

    /// <summary>True if nothing was changed: -WhatIf.</summary>
    public bool IsPlan { get; }

    /// <summary>Snapshots that are kept.</summary>
    public int Snapshots { get; }

    /// <summary>Removed snapshots that can still be restored, and whose data is kept therefore.</summary>
    public int RestorableSnapshots { get; }

    /// <summary>Removed snapshots that can no longer be restored: their data goes.</summary>
    public int ExpiredSnapshots { get; }

    /// <summary>Packs before.</summary>
    public int Packs { get; }

    /// <summary>Their size.</summary>
    public long Bytes { get; }

    /// <summary>Packs of which nothing is needed: they leave.</summary>
    public int UnusedPacks { get; }

    /// <summary>Their size.</summary>
    public long UnusedBytes { get; }

    /// <summary>Packs whose needed content moves to new packs: they leave, too.</summary>
    public int RewrittenPacks { get; }

    /// <summary>Their size.</summary>
    public long RewrittenBytes { get; }

    /// <summary>What of them is needed and is written again.</summary>
    public long CopiedBytes { get; }

    /// <summary>Unneeded data that stays in packs that are partly needed.</summary>
    public long ToleratedBytes { get; }

    /// <summary>Packs whose files were removed: an earlier run let them leave, and their grace was over.</summary>
    public int RemovedPacks { get; }

    /// <summary>Bytes that are free now.</summary>
    public long FreedBytes { get; }

    /// <summary>Packs that have left and whose files stay until their grace is over.</summary>
    public int CondemnedPacks { get; }

    /// <summary>Bytes that a later run frees with them.</summary>
    public long FollowingBytes { get; }

    /// <summary>What the check afterwards read of the repository.</summary>
    public long VerifiedBytes { get; }

    /// <summary>How long it took.</summary>
    public TimeSpan? Duration { get; }

    /// <summary>The run.</summary>
    public Guid RunId { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{Repository}: {ByteSize.Format(FreedBytes)} freed, {ByteSize.Format(FollowingBytes)} follow";
}
