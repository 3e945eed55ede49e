namespace HandyBackup.Contracts;

/// <summary>A file or folder that is to be written on an agent.</summary>
public sealed record WriteItemRequest
{
    /// <summary>The agent; null or empty for the server's own.</summary>
    public string? Agent { get; init; }

    /// <summary>Where it goes, and what it is.</summary>
    public required ItemToWrite Item { get; init; }
}

/// <summary>A file that is to be copied from one agent to another, or to another place of the same.</summary>
public sealed record CopyFileRequest
{
    /// <summary>The file.</summary>
    public required LiveContentRequest File { get; init; }

    /// <summary>The agent that receives it; null or empty for the server's own.</summary>
    public string? Agent { get; init; }

    /// <summary>Where it goes, and what it is.</summary>
    public required ItemToWrite Item { get; init; }
}

/// <summary>Live items that are to be removed.</summary>
public sealed record RemoveItemsRequest
{
    /// <summary>The agent; null or empty for the server's own.</summary>
    public string? Agent { get; init; }

    /// <summary>The source; null for files. Its paths are ignored.</summary>
    public SourceSelection? Selection { get; init; }

    /// <summary>The item, as <see cref="Item.Path"/>.</summary>
    public required string Path { get; init; }

    /// <summary>True to remove a folder with all that is in it; false to refuse one that is not empty.</summary>
    public bool Recurse { get; init; }
}
