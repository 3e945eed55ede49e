namespace HandyBackup.Contracts;

/// <summary>Which live items an agent should list.</summary>
public sealed record LiveItemQuery
{
    /// <summary>The source; its <see cref="SourceSelection.Paths"/> are ignored.</summary>
    public required SourceSelection Selection { get; init; }

    /// <summary>The folder whose content is listed, or the file to be shown; empty for the top.</summary>
    public string Path { get; init; } = "";

    /// <summary>True to list folders inside folders too.</summary>
    public bool Recurse { get; init; }

    /// <summary>A wildcard (<c>*</c>, <c>?</c>, <c>[a-z]</c>) that names must match; null for all. Folders are descended into all the same.</summary>
    public string? Filter { get; init; }
}
