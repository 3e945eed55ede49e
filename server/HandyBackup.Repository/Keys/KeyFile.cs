using System.Text.Json.Serialization;

namespace HandyBackup.Repository;

/// <summary>The JSON of a key file, with restic's names (internal/repository/key.go). It is the only kind of file that is not sealed.</summary>
internal sealed record KeyFile
{
    [JsonPropertyName("created")]
    public required DateTimeOffset Created { get; init; }

    [JsonPropertyName("username")]
    public string? UserName { get; init; }

    [JsonPropertyName("hostname")]
    public string? HostName { get; init; }

    [JsonPropertyName("kdf")]
    public required string Kdf { get; init; }

    [JsonPropertyName("N")]
    public required int N { get; init; }

    [JsonPropertyName("r")]
    public required int R { get; init; }

    [JsonPropertyName("p")]
    public required int P { get; init; }

    [JsonPropertyName("salt")]
    public required byte[] Salt { get; init; }

    /// <summary>The JSON of the master key, sealed with the key that the password gives.</summary>
    [JsonPropertyName("data")]
    public required byte[] Data { get; init; }
}
