namespace HandyBackup.Contracts;

/// <summary>What a repair did, or would do.</summary>
public sealed record RepairTotals
{
    /// <summary>Damaged or lost files that parity brought back.</summary>
    public long Healed { get; init; }

    /// <summary>Blobs of damaged packs that were stored once more.</summary>
    public long Salvaged { get; init; }

    /// <summary>Lost blobs that were taken from another repository.</summary>
    public long Fetched { get; init; }

    /// <summary>Packs that were put into new index files.</summary>
    public long Rebuilt { get; init; }

    /// <summary>Files that got parity, or got it anew.</summary>
    public long Protected { get; init; }

    /// <summary>Files that were removed because nothing needs them any more.</summary>
    public long Removed { get; init; }

    /// <summary>Files, blobs, and files and folders of snapshots that are lost.</summary>
    public long Lost { get; init; }
}
