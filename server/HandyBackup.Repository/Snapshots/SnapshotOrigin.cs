using HandyBackup.Contracts;

namespace HandyBackup.Repository;

/// <summary>How a snapshot of ours came to be.</summary>
public sealed record SnapshotOrigin
{
    /// <summary>The task's name.</summary>
    public required string Task { get; init; }

    /// <summary>The agent's name.</summary>
    public required string Agent { get; init; }

    /// <summary>The kind of source.</summary>
    public required string Source { get; init; }

    /// <summary>The run that made it.</summary>
    public required Guid RunId { get; init; }

    /// <summary>How much the snapshot holds.</summary>
    public required ItemTotals Totals { get; init; }

    /// <summary>Bytes that the repository grew by.</summary>
    public required long AddedBytes { get; init; }
}
