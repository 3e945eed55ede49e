namespace HandyBackup.Contracts;

/// <summary>Counters of a run. They only grow, except the totals, which become better as more is known.</summary>
public sealed record RunProgress
{
    /// <summary>Items handled: files, folders and all others.</summary>
    public long Items { get; init; }

    /// <summary>Bytes handled: content of files, whether new, changed or unchanged; in a restore, whether written or kept. In a check: bytes read from the repository.</summary>
    public long Bytes { get; init; }

    /// <summary>In a restore: those of <see cref="Bytes"/> that were in their places already and were not written.</summary>
    public long KeptBytes { get; init; }

    /// <summary>Files that the previous snapshot did not have.</summary>
    public long NewFiles { get; init; }

    /// <summary>Files that differ from the previous snapshot.</summary>
    public long ChangedFiles { get; init; }

    /// <summary>Files that are as the previous snapshot has them; without a full backup they are taken over unread.</summary>
    public long UnchangedFiles { get; init; }

    /// <summary>Plain bytes of the blobs that the repository did not have.</summary>
    public long NewBytes { get; init; }

    /// <summary>Bytes that the repository grew by: compressed and encrypted. Known to the server alone; 0 in an agent's report.</summary>
    public long AddedBytes { get; init; }

    /// <summary>How many items there will be, as far as is known; null if nothing is.</summary>
    public long? TotalItems { get; init; }

    /// <summary>How many bytes there will be, as far as is known; null if nothing is.</summary>
    public long? TotalBytes { get; init; }

    /// <summary>What a repair did, or would do; null for other runs and until it has ended.</summary>
    public RepairTotals? Repair { get; init; }

    /// <summary>The item being handled, escaped as <see cref="ItemName"/> says.</summary>
    public string? CurrentItem { get; init; }
}
