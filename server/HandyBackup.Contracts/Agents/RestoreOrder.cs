namespace HandyBackup.Contracts;

/// <summary>What an agent is told to restore.</summary>
public sealed record RestoreOrder
{
    /// <summary>The run that this is part of.</summary>
    public required Guid RunId { get; init; }

    /// <summary>The source that takes the items; its <see cref="SourceSelection.Paths"/> are ignored.</summary>
    public required SourceSelection Target { get; init; }

    /// <summary>The snapshot's root tree.</summary>
    public required BlobId RootTree { get; init; }

    /// <summary>Which parts of the snapshot, and where they go.</summary>
    public required IReadOnlyList<RestoreSelection> Selections { get; init; }

    /// <summary>The folder that receives the items, absolute; null to put each back where it came from.</summary>
    public string? Destination { get; init; }

    /// <summary>What happens to items that exist.</summary>
    public OverwritePolicy Overwrite { get; init; } = OverwritePolicy.Always;
}
