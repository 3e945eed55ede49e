namespace HandyBackup.Contracts;

/// <summary>A file, or a folder, that an agent is told to write.</summary>
public sealed record ItemWriteOrder
{
    /// <summary>The source that takes the item; its <see cref="SourceSelection.Paths"/> are ignored.</summary>
    public required SourceSelection Target { get; init; }

    /// <summary>Where it goes, and what it is.</summary>
    public required ItemToWrite Item { get; init; }
}
