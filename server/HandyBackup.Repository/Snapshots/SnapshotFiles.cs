using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using HandyBackup.Contracts;
using HandyBackup.Stores;

namespace HandyBackup.Repository;

/// <summary>The snapshot files of a repository. Safe to share between threads.</summary>
public sealed class SnapshotFiles
{
    // A snapshot has about 500 bytes; long lists of paths and excludes are the only thing that makes it longer.
    internal const int MostLength = 64 * 1024 * 1024;

    // A copy names its original.
    private const int MostAdded = 256;

    // Go parses a time from the raw text of its JSON string, so the plus sign of its offset must not be escaped (time.Time.UnmarshalJSON).
    private static readonly JsonWriterOptions s_asGoReads = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly UnpackedFiles _files;

    internal SnapshotFiles(UnpackedFiles files) => _files = files;

    /// <summary>Lists all snapshots in no particular order; a damaged one is reported by its error, not skipped.</summary>
    /// <exception cref="HandyBackupException">A store error.</exception>
    public async IAsyncEnumerable<SnapshotEntry> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (StoreFileInfo info in _files.ListAsync(StoreFileKind.Snapshot, cancellationToken))
        {
            // Null is one that another program removed since it was listed.
            if (Sha256Hash.TryParse(info.Name, out Sha256Hash hash) && await FindEntryAsync(new SnapshotId(hash), cancellationToken) is SnapshotEntry entry)
            {
                yield return entry;
            }
        }
    }

    /// <summary>Loads one snapshot.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.SnapshotNotFound"/>, <see cref="ErrorCode.SnapshotDamaged"/>, or a store error.</exception>
    public async Task<Snapshot> LoadAsync(SnapshotId id, CancellationToken cancellationToken) =>
        await FindSnapshotAsync(id, cancellationToken) ?? throw NotFound(id.ToString());

    /// <summary>Finds the id that begins with these digits.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.SnapshotNotFound"/>, <see cref="ErrorCode.SnapshotAmbiguous"/>, or a store error.</exception>
    public async Task<SnapshotId> FindAsync(string idOrPrefix, CancellationToken cancellationToken)
    {
        List<Sha256Hash> found = await _files.FindByPrefixAsync(StoreFileKind.Snapshot, idOrPrefix, cancellationToken);
        return found.Count switch
        {
            0 => throw NotFound(idOrPrefix),
            1 => new SnapshotId(found[0]),
            _ => throw Ambiguous(idOrPrefix, found),
        };
    }

    /// <summary>Saves a snapshot. All blobs it needs must be durable and indexed: see <see cref="BlobWriter.FlushAsync"/>.</summary>
    /// <exception cref="HandyBackupException">A store error.</exception>
    public async Task<SnapshotId> SaveAsync(Snapshot snapshot, CancellationToken cancellationToken)
    {
        (Sha256Hash id, _) = await _files.SaveAsync(StoreFileKind.Snapshot, SnapshotCodec.Encode(snapshot), cancellationToken);
        return new SnapshotId(id);
    }

    /// <summary>Says whether a snapshot's file exists.</summary>
    /// <exception cref="HandyBackupException">A store error.</exception>
    public Task<bool> ExistsAsync(SnapshotId id, CancellationToken cancellationToken) => _files.ExistsAsync(StoreFileKind.Snapshot, id.Hash, cancellationToken);

    /// <summary>
    /// Saves a copy of a snapshot of another repository. All fields stay as they are written there, those that we do not know included, save two: the parent,
    /// which lies in the other repository, goes, and the original is named, as restic does (cmd/restic/cmd_copy.go).
    /// </summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.SnapshotNotFound"/>, <see cref="ErrorCode.SnapshotDamaged"/>, or a store error.</exception>
    internal async Task<SnapshotId> SaveCopyAsync(SnapshotFiles source, SnapshotId id, CancellationToken cancellationToken)
    {
        byte[] json = await source._files.FindAsync(StoreFileKind.Snapshot, id.Hash, MostLength, cancellationToken) ?? throw NotFound(id.ToString());
        JsonObject fields = JsonNode.Parse(json)!.AsObject();
        fields.Remove("parent");
        fields["original"] ??= id.ToString();
        var buffer = new ArrayBufferWriter<byte>(json.Length + MostAdded);
        await using (var writer = new Utf8JsonWriter(buffer, s_asGoReads))
        {
            fields.WriteTo(writer);
        }

        (Sha256Hash copy, _) = await _files.SaveAsync(StoreFileKind.Snapshot, buffer.WrittenMemory, cancellationToken);
        return new SnapshotId(copy);
    }

    /// <summary>Removes a snapshot's file for good, past the trash (<see cref="RemovedSnapshots"/>). Its blobs stay until a prune. Removing what does not exist succeeds.</summary>
    /// <exception cref="HandyBackupException">A store error.</exception>
    public Task RemoveAsync(SnapshotId id, CancellationToken cancellationToken) => _files.RemoveAsync(StoreFileKind.Snapshot, id.Hash, cancellationToken);

    /// <summary>Opens a snapshot's file that was loaded otherwise.</summary>
    /// <returns>Null if it cannot be understood.</returns>
    internal Snapshot? TryDecode(ReadOnlySpan<byte> stored) =>
        _files.TryOpen(stored, MostLength, out byte[]? json, out _) && SnapshotCodec.TryDecode(json, out Snapshot? snapshot, out _) ? snapshot : null;

    private async Task<SnapshotEntry?> FindEntryAsync(SnapshotId id, CancellationToken cancellationToken)
    {
        try
        {
            return await FindSnapshotAsync(id, cancellationToken) is Snapshot snapshot ? new SnapshotEntry(id, snapshot, null) : null;
        }
        catch (HandyBackupException exception) when (exception.Code == ErrorCode.SnapshotDamaged)
        {
            return new SnapshotEntry(id, null, FileErrors.ToInfo(exception));
        }
    }

    private async Task<Snapshot?> FindSnapshotAsync(SnapshotId id, CancellationToken cancellationToken)
    {
        byte[]? json = await _files.FindAsync(StoreFileKind.Snapshot, id.Hash, MostLength, cancellationToken);
        if (json is null)
        {
            return null;
        }

        return SnapshotCodec.TryDecode(json, out Snapshot? snapshot, out string? fault)
            ? snapshot
            : throw FileErrors.Damaged(new StoreFile(StoreFileKind.Snapshot, id.ToString()), fault);
    }

    internal static HandyBackupException Ambiguous(string prefix, List<Sha256Hash> found) =>
        new(ErrorCode.SnapshotAmbiguous, $"Several snapshots begin with '{prefix}', such as {found[0]} and {found[1]}.")
        {
            Target = prefix,
            Advice = "Give more digits.",
        };

    internal static HandyBackupException NotFound(string idOrPrefix) =>
        new(ErrorCode.SnapshotNotFound, $"The repository has no snapshot '{idOrPrefix}'.")
        {
            Target = idOrPrefix,
            Advice = "List the snapshots; another program may have removed it.",
        };
}
