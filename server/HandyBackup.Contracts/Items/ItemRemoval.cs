namespace HandyBackup.Contracts;

/// <summary>What became of one item that was to be removed.</summary>
public sealed record ItemRemoval
{
    /// <summary>The item, as <see cref="Item.Path"/>.</summary>
    public required string Path { get; init; }

    /// <summary>What it is, or was.</summary>
    public required ItemKind Kind { get; init; }

    /// <summary>The length of a file's content in bytes; 0 for everything else.</summary>
    public long Size { get; init; }

    /// <summary>Why it is still there; null if it was removed.</summary>
    public ErrorInfo? Failure { get; init; }
}
