namespace HandyBackup.Repository;

/// <summary>What a prune did, or would do. Bytes are those of files in the repository.</summary>
public sealed record PruneResult
{
    /// <summary>Snapshots that are kept.</summary>
    public required int Snapshots { get; init; }

    /// <summary>Removed snapshots that can still be restored, and whose data is kept therefore.</summary>
    public required int RestorableSnapshots { get; init; }

    /// <summary>Removed snapshots whose grace is over: they go for good.</summary>
    public required int ExpiredSnapshots { get; init; }

    /// <summary>Packs in the index before.</summary>
    public required int Packs { get; init; }

    /// <summary>Their size.</summary>
    public required long Bytes { get; init; }

    /// <summary>Packs of which nothing is needed, with those that no index named: they leave.</summary>
    public required int UnusedPacks { get; init; }

    /// <summary>Their size.</summary>
    public required long UnusedBytes { get; init; }

    /// <summary>Packs whose needed blobs move to new packs: they leave, too.</summary>
    public required int RewrittenPacks { get; init; }

    /// <summary>Their size.</summary>
    public required long RewrittenBytes { get; init; }

    /// <summary>What of them is needed and is written again.</summary>
    public required long CopiedBytes { get; init; }

    /// <summary>Unneeded data that stays in packs that are partly needed.</summary>
    public required long ToleratedBytes { get; init; }

    /// <summary>Packs whose files were removed: earlier prunes had condemned them, and their grace was over.</summary>
    public required int RemovedPacks { get; init; }

    /// <summary>What that freed.</summary>
    public required long FreedBytes { get; init; }

    /// <summary>Condemned packs whose files stay until their grace is over, those of this prune included.</summary>
    public required int CondemnedPacks { get; init; }

    /// <summary>What a later prune frees with them.</summary>
    public required long FollowingBytes { get; init; }
}
