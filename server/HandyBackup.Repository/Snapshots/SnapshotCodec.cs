using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using HandyBackup.Contracts;

namespace HandyBackup.Repository;

/// <summary>Snapshots as JSON.</summary>
internal static class SnapshotCodec
{
    public static byte[] Encode(Snapshot snapshot) => JsonSerializer.SerializeToUtf8Bytes(ToRecord(snapshot), SnapshotJson.Default.SnapshotRecord);

    /// <summary>Reads a snapshot.</summary>
    /// <param name="json">The JSON.</param>
    /// <param name="snapshot">The snapshot.</param>
    /// <param name="fault">What is wrong, as the end of a sentence that begins with the file.</param>
    /// <returns>False if something is wrong.</returns>
    public static bool TryDecode(ReadOnlySpan<byte> json, [NotNullWhen(true)] out Snapshot? snapshot, [NotNullWhen(false)] out string? fault)
    {
        snapshot = null;
        fault = null;
        try
        {
            SnapshotRecord? record = JsonSerializer.Deserialize(json, SnapshotJson.Default.SnapshotRecord);
            snapshot = record is null ? null : FromRecord(record);
            fault = snapshot is null ? "is not the JSON of a snapshot: it names no tree" : null;
        }
        catch (JsonException exception)
        {
            fault = $"is not the JSON of a snapshot: {exception.Message.TrimEnd('.')}";
        }

        return snapshot is not null;
    }

    private static SnapshotRecord ToRecord(Snapshot snapshot) => new()
    {
        Time = snapshot.Time,
        Parent = snapshot.Parent?.ToString(),
        Tree = snapshot.Tree.ToString(),
        Paths = snapshot.Paths,
        HostName = NullIfEmpty(snapshot.HostName),
        UserName = NullIfEmpty(snapshot.UserName),
        UserId = snapshot.UserId,
        GroupId = snapshot.GroupId,
        Excludes = NullIfEmpty(snapshot.Excludes),
        Tags = NullIfEmpty(snapshot.Tags),
        Original = snapshot.Original?.ToString(),
        ProgramVersion = NullIfEmpty(snapshot.ProgramVersion),
        Origin = snapshot.Origin is not SnapshotOrigin origin ? null : new SnapshotOriginRecord
        {
            Task = origin.Task,
            Agent = origin.Agent,
            Source = origin.Source,
            Run = origin.RunId,
            Items = origin.Totals.Items,
            Bytes = origin.Totals.Bytes,
            AddedBytes = origin.AddedBytes,
        },
    };

    private static Snapshot? FromRecord(SnapshotRecord record) => !Sha256Hash.TryParse(record.Tree, out Sha256Hash tree) ? null : new Snapshot
    {
        Time = record.Time,
        Parent = IdOf(record.Parent),
        Tree = new BlobId(tree),
        Paths = WithoutNulls(record.Paths),
        HostName = record.HostName ?? "",
        UserName = record.UserName ?? "",
        UserId = record.UserId,
        GroupId = record.GroupId,
        Excludes = WithoutNulls(record.Excludes),
        Tags = WithoutNulls(record.Tags),
        Original = IdOf(record.Original),
        ProgramVersion = record.ProgramVersion ?? "",
        Origin = record.Origin is not SnapshotOriginRecord origin ? null : new SnapshotOrigin
        {
            Task = origin.Task ?? "",
            Agent = origin.Agent ?? "",
            Source = origin.Source ?? "",
            RunId = origin.Run,
            Totals = new ItemTotals(origin.Items, origin.Bytes),
            AddedBytes = origin.AddedBytes,
        },
    };

    // JSON may have null where a text belongs, and nobody who reads the list expects that.
    private static IReadOnlyList<string> WithoutNulls(IReadOnlyList<string?>? list) => list is null ? [] : [.. list.OfType<string>()];

    private static SnapshotId? IdOf(string? text) => Sha256Hash.TryParse(text, out Sha256Hash hash) ? new SnapshotId(hash) : null;

    private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;

    private static IReadOnlyList<string>? NullIfEmpty(IReadOnlyList<string> list) => list.Count == 0 ? null : list;
}
