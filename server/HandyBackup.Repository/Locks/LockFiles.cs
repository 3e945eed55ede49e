using System.Text.Json;
using HandyBackup.Contracts;
using HandyBackup.Stores;

namespace HandyBackup.Repository;

/// <summary>Reads, writes and judges lock files.</summary>
internal sealed class LockFiles
{
    private const int MostLength = 64 * 1024;

    // Locks come and go while they are listed. This many listings in a row in which one vanished do not happen by chance.
    private const int MostListings = 10;

    private static readonly TimeSpan s_staleAfter = TimeSpan.FromMinutes(30);

    private readonly UnpackedFiles _files;
    private readonly LockOwner _owner;
    private readonly TimeProvider _time;

    public LockFiles(UnpackedFiles files, LockOwner owner, TimeProvider time)
    {
        _files = files;
        _owner = owner;
        _time = time;
    }

    public async Task<LockId> CreateAsync(bool exclusive, CancellationToken cancellationToken)
    {
        var record = new LockRecord
        {
            Time = _time.GetLocalNow(),
            Exclusive = exclusive,
            HostName = _owner.HostName,
            UserName = _owner.UserName,
            ProcessId = _owner.ProcessId,
            UserId = _owner.UserId,
            GroupId = _owner.GroupId,
        };
        (Sha256Hash id, _) = await _files.SaveAsync(StoreFileKind.Lock, JsonSerializer.SerializeToUtf8Bytes(record, LockJson.Default.LockRecord), cancellationToken);
        return new LockId(id);
    }

    public Task RemoveAsync(LockId id, CancellationToken cancellationToken) => _files.RemoveAsync(StoreFileKind.Lock, id.Hash, cancellationToken);

    /// <summary>
    /// Finds a lock that stands in the way, and removes stale ones. Damaged locks are passed over, as restic does: a check reports them.
    /// </summary>
    /// <param name="exclusive">True if any lock stands in the way, false if only an exclusive one does.</param>
    /// <param name="own">Our own lock, if it was created already.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    public async Task<LockRecord?> FindConflictAsync(bool exclusive, LockId? own, CancellationToken cancellationToken)
    {
        bool hasVanished = true;
        for (int listing = 0; hasVanished && listing < MostListings; listing++)
        {
            hasVanished = false;
            await foreach (StoreFileInfo info in _files.ListAsync(StoreFileKind.Lock, cancellationToken))
            {
                if (!Sha256Hash.TryParse(info.Name, out Sha256Hash hash) || own?.Hash == hash)
                {
                    continue;
                }

                (LockRecord? other, bool isGone) = await LoadAsync(hash, cancellationToken);

                // A lock is refreshed by writing a new file and removing the old one. If the old one vanished, the new one may be missing in this listing.
                hasVanished |= isGone;
                if (other is not null && IsStale(other))
                {
                    await RemoveAsync(new LockId(hash), cancellationToken);
                }
                else if (other is not null && (exclusive || other.Exclusive))
                {
                    return other;
                }
            }
        }

        return null;
    }

    private bool IsStale(LockRecord record) =>
        _time.GetUtcNow() - record.Time > s_staleAfter ||
        (string.Equals(record.HostName, _owner.HostName, StringComparison.Ordinal) && !LockOwner.IsRunning(record.ProcessId));

    private async Task<(LockRecord? Record, bool IsGone)> LoadAsync(Sha256Hash id, CancellationToken cancellationToken)
    {
        try
        {
            byte[]? json = await _files.FindAsync(StoreFileKind.Lock, id, MostLength, cancellationToken);
            return json is null ? (null, true) : (JsonSerializer.Deserialize(json, LockJson.Default.LockRecord), false);
        }
        catch (Exception exception) when (exception is JsonException or HandyBackupException { Code: ErrorCode.LockDamaged })
        {
            return (null, false);
        }
    }
}
