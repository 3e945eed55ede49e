namespace HandyBackup.Contracts;

/// <summary>Which live items an agent is told to remove.</summary>
public sealed record RemovalOrder
{
    /// <summary>The source; its <see cref="SourceSelection.Paths"/> are ignored.</summary>
    public required SourceSelection Selection { get; init; }

    /// <summary>The item, as <see cref="Item.Path"/>.</summary>
    public required string Path { get; init; }

    /// <summary>True to remove a folder with all that is in it; false to refuse one that is not empty.</summary>
    public bool Recurse { get; init; }
}
