namespace HandyBackup.Contracts;

/// <summary>A text that must not be shown: it travels, but never prints.</summary>
public sealed class Secret
{
    /// <summary>The text itself.</summary>
    public required string Value { get; init; }

    /// <summary>Never the text.</summary>
    public override string ToString() => "***";
}
