namespace HandyBackup.Contracts;

/// <summary>What optimizing a repository did, or would do. Bytes are those of files in the repository.</summary>
public sealed record RepositoryOptimization
{
    /// <summary>True if it was only planned: nothing was changed.</summary>
    public bool IsPlan { get; init; }

    /// <summary>Snapshots that are kept.</summary>
    public int Snapshots { get; init; }

    /// <summary>Removed snapshots that can still be restored, and whose data is kept therefore.</summary>
    public int RestorableSnapshots { get; init; }

    /// <summary>Removed snapshots that can no longer be restored: their data goes.</summary>
    public int ExpiredSnapshots { get; init; }

    /// <summary>Packs before.</summary>
    public int Packs { get; init; }

    /// <summary>Their size.</summary>
    public long Bytes { get; init; }

    /// <summary>Packs of which nothing is needed: they leave.</summary>
    public int UnusedPacks { get; init; }

    /// <summary>Their size.</summary>
    public long UnusedBytes { get; init; }

    /// <summary>Packs whose needed content moves to new packs: they leave, too.</summary>
    public int RewrittenPacks { get; init; }

    /// <summary>Their size.</summary>
    public long RewrittenBytes { get; init; }

    /// <summary>What of them is needed and is written again.</summary>
    public long CopiedBytes { get; init; }

    /// <summary>Unneeded data that stays in packs that are partly needed.</summary>
    public long ToleratedBytes { get; init; }

    /// <summary>Packs whose files were removed: an earlier run let them leave, and their grace was over.</summary>
    public int RemovedPacks { get; init; }

    /// <summary>What that freed.</summary>
    public long FreedBytes { get; init; }

    /// <summary>Packs that have left and whose files stay until their grace is over.</summary>
    public int CondemnedPacks { get; init; }

    /// <summary>What a later run frees with them.</summary>
    public long FollowingBytes { get; init; }

    /// <summary>What the check afterwards read of the repository.</summary>
    public long VerifiedBytes { get; init; }
}
