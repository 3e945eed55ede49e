namespace HandyBackup.Contracts;

/// <summary>A kind of source and the options it takes.</summary>
public sealed record SourceDescription
{
    /// <summary>The stable name, such as <c>Files</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>One sentence on what it shows.</summary>
    public required string Description { get; init; }

    /// <summary>True if items can be written back.</summary>
    public required bool CanRestore { get; init; }

    /// <summary>True if only agents of server kind may use it.</summary>
    public bool NeedsServerAgent { get; init; }

    /// <summary>The options it takes.</summary>
    public required IReadOnlyList<SourceOptionDescription> Options { get; init; }
}
