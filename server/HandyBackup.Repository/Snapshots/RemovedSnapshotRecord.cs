using System.Text.Json.Serialization;

namespace HandyBackup.Repository;

/// <summary>The JSON of a file in the trash.</summary>
internal sealed record RemovedSnapshotRecord
{
    /// <summary>When the snapshot was removed.</summary>
    [JsonPropertyName("removed")]
    public required DateTimeOffset Removed { get; init; }

    /// <summary>The file of the snapshot byte for byte, so that it comes back under the same id.</summary>
    [JsonPropertyName("stored")]
    public required byte[] Stored { get; init; }
}
