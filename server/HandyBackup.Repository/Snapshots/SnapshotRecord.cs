using System.Text.Json.Serialization;

namespace HandyBackup.Repository;

/// <summary>
/// The JSON of a snapshot file: restic's names, order and omissions (internal/restic/snapshot.go), and our own object last, which restic passes over.
/// restic's times have nanoseconds; the last two digits are lost here, and nothing is ever written back from what was read.
/// </summary>
internal sealed record SnapshotRecord
{
    [JsonPropertyName("time")]
    public required DateTimeOffset Time { get; init; }

    [JsonPropertyName("parent"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Parent { get; init; }

    [JsonPropertyName("tree")]
    public required string? Tree { get; init; }

    [JsonPropertyName("paths")]
    public IReadOnlyList<string?>? Paths { get; init; }

    [JsonPropertyName("hostname"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? HostName { get; init; }

    [JsonPropertyName("username"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? UserName { get; init; }

    [JsonPropertyName("uid"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public uint UserId { get; init; }

    [JsonPropertyName("gid"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public uint GroupId { get; init; }

    [JsonPropertyName("excludes"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string?>? Excludes { get; init; }

    [JsonPropertyName("tags"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string?>? Tags { get; init; }

    [JsonPropertyName("original"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Original { get; init; }

    [JsonPropertyName("program_version"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ProgramVersion { get; init; }

    [JsonPropertyName("handybackup"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SnapshotOriginRecord? Origin { get; init; }
}
