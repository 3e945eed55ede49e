namespace HandyBackup.Sources;

/// <summary>Marks a property of a source's options class as an option that users may set. The properties are the schema: cmdlets and help show them.</summary>
/// <param name="description">What the option is for, in one sentence.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SourceOptionAttribute(string description) : Attribute
{
    /// <summary>What the option is for.</summary>
    public string Description { get; } = description;

    /// <summary>True if the value is a secret: stored sealed, never shown or logged.</summary>
    public bool IsSecret { get; init; }

    /// <summary>True if there is no default.</summary>
    public bool IsRequired { get; init; }
}
