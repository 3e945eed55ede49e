using System.Runtime.CompilerServices;
using System.Text.Json;
using HandyBackup.Contracts;
using HandyBackup.Stores;

namespace HandyBackup.Repository;

/// <summary>
/// The trash: snapshots that were removed and can be restored until a grace time has passed. The copy in the trash is durable before the snapshot
/// goes, and the snapshot before the copy goes, so a crash leaves one of them or both. Safe to share between threads.
/// </summary>
public sealed class RemovedSnapshots
{
    // Base64 makes the snapshot's own limit a third longer.
    private const int MostLength = 2 * SnapshotFiles.MostLength;

    private readonly UnpackedFiles _files;
    private readonly SemaphoreSlim _gate;
    private readonly GraceClock _clock;

    /// <param name="files">The files of the repository.</param>
    /// <param name="gate">Keeps this and an index swap apart: see <see cref="OpenRepository.Maintenance"/>.</param>
    /// <param name="time">Tells when a snapshot was removed.</param>
    internal RemovedSnapshots(UnpackedFiles files, SemaphoreSlim gate, TimeProvider time)
    {
        _files = files;
        _gate = gate;
        _clock = GraceClock.Of(time);
    }

    /// <summary>Lists the trash in no particular order. A file that cannot be read is reported by its error, not skipped.</summary>
    /// <exception cref="HandyBackupException">A store error.</exception>
    public async IAsyncEnumerable<RemovedSnapshotEntry> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (StoreFileInfo info in _files.ListAsync(StoreFileKind.RemovedSnapshot, cancellationToken))
        {
            if (Sha256Hash.TryParse(info.Name, out Sha256Hash hash) && await FindEntryAsync(new SnapshotId(hash), cancellationToken) is { } entry)
            {
                yield return entry;
            }
        }
    }

    /// <summary>Finds the id in the trash that begins with these digits.</summary>
    /// <returns>The id; null if none does.</returns>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.SnapshotAmbiguous"/>, or a store error.</exception>
    public async Task<SnapshotId?> FindAsync(string prefix, CancellationToken cancellationToken)
    {
        List<Sha256Hash> found = await _files.FindByPrefixAsync(StoreFileKind.RemovedSnapshot, prefix, cancellationToken);
        return found.Count switch
        {
            0 => null,
            1 => new SnapshotId(found[0]),
            _ => throw SnapshotFiles.Ambiguous(prefix, found),
        };
    }

    /// <summary>
    /// Moves a snapshot into the trash, damaged or not. The caller holds an exclusive lock, as restic's forget does. Running it again after a crash completes it.
    /// </summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.SnapshotNotFound"/>, or a store error.</exception>
    public async Task RemoveAsync(SnapshotId id, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            byte[] stored = await _files.FindStoredAsync(StoreFileKind.Snapshot, id.Hash, SnapshotFiles.MostLength, cancellationToken) ?? throw SnapshotFiles.NotFound(id.ToString());
            // A copy from an earlier attempt would have its time, and so a shorter grace.
            await _files.RemoveAsync(StoreFileKind.RemovedSnapshot, id.Hash, cancellationToken);
            var record = new RemovedSnapshotRecord { Removed = _clock.Now, Stored = stored };
            byte[] json = JsonSerializer.SerializeToUtf8Bytes(record, RemovedSnapshotJson.Default.RemovedSnapshotRecord);
            await _files.SaveAsAsync(StoreFileKind.RemovedSnapshot, id.Hash, json, cancellationToken);
            await _files.RemoveAsync(StoreFileKind.Snapshot, id.Hash, cancellationToken);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Puts a snapshot back under the id that it had. The caller holds a shared lock. Running it again after a crash completes it.</summary>
    /// <param name="id">The snapshot.</param>
    /// <param name="grace">How long after its removal a snapshot can be restored.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.SnapshotNotFound"/>, <see cref="ErrorCode.SnapshotExpired"/>,
    /// <see cref="ErrorCode.SnapshotDamaged"/>, or a store error.</exception>
    public async Task RestoreAsync(SnapshotId id, TimeSpan grace, CancellationToken cancellationToken)
    {
        // An index swap that no longer counts on this snapshot removes its file first: so with the gate held the file says whether its content is there.
        await _gate.WaitAsync(cancellationToken);
        try
        {
            RemovedSnapshotRecord record = await FindRecordAsync(id, cancellationToken) ?? throw NotInTrash(id);
            if (IsExpired(record.Removed, grace))
            {
                throw new HandyBackupException(ErrorCode.SnapshotExpired, $"The snapshot {id} was removed at {record.Removed:yyyy-MM-dd HH:mm} UTC, and the {grace} in which it could be restored are over.")
                {
                    Target = id.ToString(),
                    Advice = "A longer grace of the repository lets later removals be undone for longer.",
                };
            }

            if (StoredFiles.HashOf(record.Stored) != id.Hash)
            {
                throw FileErrors.Damaged(new StoreFile(StoreFileKind.RemovedSnapshot, id.ToString()), "holds another snapshot than its name promises, or a damaged one");
            }

            if (!await _files.ExistsAsync(StoreFileKind.Snapshot, id.Hash, cancellationToken))
            {
                await _files.SaveStoredAsync(StoreFileKind.Snapshot, record.Stored, cancellationToken);
            }

            await _files.RemoveAsync(StoreFileKind.RemovedSnapshot, id.Hash, cancellationToken);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>True if the grace is over.</summary>
    internal bool IsExpired(DateTimeOffset removed, TimeSpan grace) => _clock.IsOver(removed, grace);

    /// <summary>Removes a file of the trash from which its snapshot cannot be restored. Who calls this has met its damage: it is read once more before it goes.</summary>
    /// <param name="id">The snapshot.</param>
    /// <param name="planOnly">True to leave the file.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>What is wrong with it; null if nothing is, and it stays.</returns>
    internal async Task<ErrorInfo?> DeleteDamagedAsync(SnapshotId id, bool planOnly, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            RemovedSnapshotEntry? entry = await FindEntryAsync(id, cancellationToken);
            if (entry?.Error is not null && !planOnly)
            {
                await DeleteAsync(id, cancellationToken);
            }

            return entry?.Error;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Empties a place of the trash for good. Only for who holds the gate and lets the content go.</summary>
    internal Task DeleteAsync(SnapshotId id, CancellationToken cancellationToken) => _files.RemoveAsync(StoreFileKind.RemovedSnapshot, id.Hash, cancellationToken);

    private static HandyBackupException NotInTrash(SnapshotId id) => new(ErrorCode.SnapshotNotFound, $"The repository has no removed snapshot '{id}'.")
    {
        Target = id.ToString(),
        Advice = "List the removed snapshots: Get-HBSnapshot -Removed.",
    };

    private async Task<RemovedSnapshotEntry?> FindEntryAsync(SnapshotId id, CancellationToken cancellationToken)
    {
        try
        {
            if (await FindRecordAsync(id, cancellationToken) is not { } record)
            {
                return null;
            }

            Snapshot? snapshot = null;
            string? fault = "does not have the content that its name promises";
            bool isSound = StoredFiles.HashOf(record.Stored) == id.Hash
                && _files.TryOpen(record.Stored, SnapshotFiles.MostLength, out byte[]? json, out fault)
                && SnapshotCodec.TryDecode(json, out snapshot, out fault);
            ErrorInfo? error = isSound ? null : FileErrors.ToInfo(FileErrors.Damaged(new StoreFile(StoreFileKind.RemovedSnapshot, id.ToString()), $"holds a snapshot that {fault}"));
            return new RemovedSnapshotEntry(id, record.Removed, snapshot, error);
        }
        catch (HandyBackupException exception) when (exception.Code == ErrorCode.SnapshotDamaged)
        {
            return new RemovedSnapshotEntry(id, null, null, FileErrors.ToInfo(exception));
        }
    }

    private async Task<RemovedSnapshotRecord?> FindRecordAsync(SnapshotId id, CancellationToken cancellationToken)
    {
        byte[]? json = await _files.FindNamedAsync(StoreFileKind.RemovedSnapshot, id.Hash, MostLength, cancellationToken);
        try
        {
            return json is null ? null : JsonSerializer.Deserialize(json, RemovedSnapshotJson.Default.RemovedSnapshotRecord);
        }
        catch (JsonException exception)
        {
            throw FileErrors.Damaged(new StoreFile(StoreFileKind.RemovedSnapshot, id.ToString()), $"cannot be understood: {exception.Message.TrimEnd('.')}", exception);
        }
    }
}
