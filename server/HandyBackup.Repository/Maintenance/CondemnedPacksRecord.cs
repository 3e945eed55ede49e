using System.Text.Json.Serialization;

namespace HandyBackup.Repository;

/// <summary>The JSON of a list of condemned packs.</summary>
internal sealed record CondemnedPacksRecord
{
    /// <summary>When the packs left the index.</summary>
    [JsonPropertyName("time")]
    public required DateTimeOffset Time { get; init; }

    /// <summary>The packs.</summary>
    [JsonPropertyName("packs")]
    public required IReadOnlyList<CondemnedPack> Packs { get; init; }
}
