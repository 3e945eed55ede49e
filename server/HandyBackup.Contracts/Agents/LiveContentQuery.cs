namespace HandyBackup.Contracts;

/// <summary>Which bytes of a live file an agent should read.</summary>
public sealed record LiveContentQuery
{
    /// <summary>The source; its <see cref="SourceSelection.Paths"/> are ignored.</summary>
    public required SourceSelection Selection { get; init; }

    /// <summary>The file, as <see cref="Item.Path"/>.</summary>
    public required string Path { get; init; }

    /// <summary>How many bytes are left out at its start.</summary>
    public long Offset { get; init; }

    /// <summary>How many bytes are read at most; null for all that follow.</summary>
    public long? Length { get; init; }
}
