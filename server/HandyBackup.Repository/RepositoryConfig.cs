using System.Text.Json.Serialization;

namespace HandyBackup.Repository;

/// <summary>The JSON of the config file, with restic's names (internal/restic/config.go).</summary>
internal sealed record RepositoryConfig
{
    [JsonPropertyName("version")]
    public required long Version { get; init; }

    [JsonPropertyName("id")]
    public required string Id { get; init; }

    [JsonPropertyName("chunker_polynomial")]
    public required string ChunkerPolynomial { get; init; }
}
