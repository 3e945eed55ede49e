namespace HandyBackup.Contracts;

/// <summary>What an agent is told to back up.</summary>
public sealed record BackupOrder
{
    /// <summary>The run that this is part of.</summary>
    public required Guid RunId { get; init; }

    /// <summary>What to read.</summary>
    public required SourceSelection Selection { get; init; }

    /// <summary>The root tree of the previous snapshot of the same task; null if there is none.</summary>
    public BlobId? PreviousTree { get; init; }

    /// <summary>How many items and bytes the previous snapshot had: the base of the estimate. Null if there is none.</summary>
    public ItemTotals? PreviousTotals { get; init; }

    /// <summary>What the agent's state file belongs to; null to neither use nor make one.</summary>
    public AgentStateKey? State { get; init; }

    /// <summary>True to read every file again, however unchanged it looks.</summary>
    public bool Full { get; init; }

    /// <summary>The repository's 32-byte chunking key: equal keys cut equal content alike. Secret, because cut lengths betray content.</summary>
    public required ReadOnlyMemory<byte> ChunkerKey { get; init; }

    /// <summary>The zstd level; null where the repository's format (version 1) knows no compression.</summary>
    public int? CompressionLevel { get; init; }
}
