using System.Text.Json.Serialization;

namespace HandyBackup.Repository;

/// <summary>The JSON of what we add to a snapshot file. A part of it that is missing was not known to the version that wrote it.</summary>
internal sealed record SnapshotOriginRecord
{
    [JsonPropertyName("task")]
    public string? Task { get; init; }

    [JsonPropertyName("agent")]
    public string? Agent { get; init; }

    [JsonPropertyName("source")]
    public string? Source { get; init; }

    [JsonPropertyName("run")]
    public Guid Run { get; init; }

    [JsonPropertyName("items")]
    public long Items { get; init; }

    [JsonPropertyName("bytes")]
    public long Bytes { get; init; }

    [JsonPropertyName("added_bytes")]
    public long AddedBytes { get; init; }
}
