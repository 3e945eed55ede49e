using HandyBackup.Contracts;

namespace HandyBackup.Module;

/// <summary>One option of a source.</summary>
public sealed class HBSourceOption
{
    internal HBSourceOption(SourceOptionDescription description)
    {
        Name = PrintableText.Clean(description.Name);
        Type = PrintableText.Clean(description.Type);
        Description = PrintableText.Clean(description.Description);
        IsSecret = description.IsSecret;
        IsRequired = description.IsRequired;
    }

    /// <summary>The option's name.</summary>
    public string Name { get; }

    /// <summary>What a value looks like.</summary>
    public string Type { get; }

    /// <summary>What it is for.</summary>
    public string Description { get; }

    /// <summary>True if the value is a secret: it is never shown again.</summary>
    public bool IsSecret { get; }

    /// <summary>True if there is no default.</summary>
    public bool IsRequired { get; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
