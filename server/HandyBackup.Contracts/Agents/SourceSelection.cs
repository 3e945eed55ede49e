using System.Text.Json;

namespace HandyBackup.Contracts;

/// <summary>Which source, with which options, and what of it.</summary>
public sealed record SourceSelection
{
    /// <summary>The source's kind, such as <c>Files</c>.</summary>
    public required string Source { get; init; }

    /// <summary>The source's options by name. The source's typed options class is the schema: an unknown name is an error.</summary>
    public IReadOnlyDictionary<string, JsonElement> Options { get; init; } = new Dictionary<string, JsonElement>();

    /// <summary>What to take: paths as the source's users write them (for files, absolute paths). Empty means everything the source shows.</summary>
    public IReadOnlyList<string> Paths { get; init; } = [];
}
