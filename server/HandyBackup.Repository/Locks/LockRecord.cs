using System.Text.Json.Serialization;

namespace HandyBackup.Repository;

/// <summary>The JSON of a lock file, with restic's names (internal/restic/lock.go).</summary>
internal sealed record LockRecord
{
    [JsonPropertyName("time")]
    public required DateTimeOffset Time { get; init; }

    [JsonPropertyName("exclusive")]
    public required bool Exclusive { get; init; }

    [JsonPropertyName("hostname")]
    public string? HostName { get; init; }

    [JsonPropertyName("username")]
    public string? UserName { get; init; }

    [JsonPropertyName("pid")]
    public int ProcessId { get; init; }

    [JsonPropertyName("uid"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public uint UserId { get; init; }

    [JsonPropertyName("gid"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public uint GroupId { get; init; }
}
