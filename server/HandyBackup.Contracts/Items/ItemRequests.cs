namespace HandyBackup.Contracts;

/// <summary>Which items to list: live ones of an agent, or those of a snapshot.</summary>
public sealed record ItemQuery
{
    /// <summary>The snapshot; null for live items.</summary>
    public SnapshotReference? Snapshot { get; init; }

    /// <summary>The agent for live items; null or empty for the server's own.</summary>
    public string? Agent { get; init; }

    /// <summary>The source for live items; null for files. Its paths are ignored.</summary>
    public SourceSelection? Selection { get; init; }

    /// <summary>The folder whose content is listed, or the file to be shown; empty for the top.</summary>
    public string Path { get; init; } = "";

    /// <summary>True to list folders inside folders too.</summary>
    public bool Recurse { get; init; }

    /// <summary>A wildcard that names must match; null for all. Folders are descended into all the same.</summary>
    public string? Filter { get; init; }
}

/// <summary>A restore of parts of one snapshot.</summary>
public sealed record RestoreRequest
{
    /// <summary>The snapshot.</summary>
    public required SnapshotReference Snapshot { get; init; }

    /// <summary>Which parts, and where they go.</summary>
    public required IReadOnlyList<RestoreSelection> Selections { get; init; }

    /// <summary>The agent that receives the items; null or empty for the server's own.</summary>
    public string? Agent { get; init; }

    /// <summary>The folder that receives the items, absolute; null to put each back where it came from.</summary>
    public string? Destination { get; init; }

    /// <summary>What happens to items that exist.</summary>
    public OverwritePolicy Overwrite { get; init; }
}
