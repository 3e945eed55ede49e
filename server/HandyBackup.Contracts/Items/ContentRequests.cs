namespace HandyBackup.Contracts;

/// <summary>Which bytes of a file that lies on an agent.</summary>
public sealed record LiveContentRequest
{
    /// <summary>The agent; null or empty for the server's own.</summary>
    public string? Agent { get; init; }

    /// <summary>The source; null for files. Its paths are ignored.</summary>
    public SourceSelection? Selection { get; init; }

    /// <summary>The file, as <see cref="Item.Path"/>.</summary>
    public required string Path { get; init; }

    /// <summary>How many bytes are left out at its start.</summary>
    public long Offset { get; init; }

    /// <summary>How many bytes are read at most; null for all that follow.</summary>
    public long? Length { get; init; }
}

/// <summary>Which bytes of a file that a snapshot holds.</summary>
public sealed record StoredContentRequest
{
    /// <summary>The snapshot.</summary>
    public required SnapshotReference Snapshot { get; init; }

    /// <summary>The file, as <see cref="Item.Path"/>.</summary>
    public required string Path { get; init; }

    /// <summary>How many bytes are left out at its start.</summary>
    public long Offset { get; init; }

    /// <summary>How many bytes are read at most; null for all that follow.</summary>
    public long? Length { get; init; }
}
