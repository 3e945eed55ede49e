namespace HandyBackup.Contracts;

/// <summary>One option of a source.</summary>
public sealed record SourceOptionDescription
{
    /// <summary>The option's name.</summary>
    public required string Name { get; init; }

    /// <summary>What a value looks like: <c>String</c>, <c>Boolean</c>, <c>Integer</c>, <c>StringList</c>, or the names of an enumeration joined by '|'.</summary>
    public required string Type { get; init; }

    /// <summary>What it is for.</summary>
    public required string Description { get; init; }

    /// <summary>True if the value is a secret: it is stored sealed and never shown again.</summary>
    public bool IsSecret { get; init; }

    /// <summary>True if there is no default.</summary>
    public bool IsRequired { get; init; }
}
