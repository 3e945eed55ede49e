using System.Collections.Concurrent;
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

    // What this object created and has not removed.
    private readonly ConcurrentDictionary<LockId, LockScope> _own = new();

    // What is held now. Some of what was created may only have failed to be removed.
    private readonly ConcurrentDictionary<LockId, bool> _held = new();

    // When others' locks were met first, by the clock that is never set.
    private readonly ConcurrentDictionary<LockId, long> _met = new();

    public LockFiles(UnpackedFiles files, LockOwner owner, TimeProvider time)
    {
        _files = files;
        _owner = owner;
        _time = time;
    }

    public async Task<LockId> CreateAsync(LockScope scope, CancellationToken cancellationToken)
    {
        var record = new LockRecord
        {
            Time = _time.GetLocalNow(),
            Exclusive = scope != LockScope.Shared,
            HostName = _owner.HostName,
            UserName = _owner.UserName,
            ProcessId = _owner.ProcessId,
            UserId = _owner.UserId,
            GroupId = _owner.GroupId,
        };
        byte[] stored = _files.Seal(JsonSerializer.SerializeToUtf8Bytes(record, LockJson.Default.LockRecord));
        var id = new LockId(StoredFiles.HashOf(stored));
        // Known as our own before others can see it. If the saving fails the file may exist all the same, and is our own then too.
        _own[id] = scope;
        _held[id] = true;
        try
        {
            await _files.SaveStoredAsync(StoreFileKind.Lock, stored, cancellationToken);
            return id;
        }
        catch
        {
            Release(id);
            throw;
        }
    }

    /// <summary>Notes that a lock that was created is not held any more: it may be taken for stale if it cannot be removed.</summary>
    public void Release(LockId id) => _held.TryRemove(id, out _);

    public async Task RemoveAsync(LockId id, CancellationToken cancellationToken)
    {
        await _files.RemoveAsync(StoreFileKind.Lock, id.Hash, cancellationToken);
        _own.TryRemove(id, out _);
        _held.TryRemove(id, out _);
        _met.TryRemove(id, out _);
    }

    /// <summary>
    /// Finds a lock that stands in the way, and removes stale ones. Damaged locks are passed over, as restic does: a check reports them.
    /// </summary>
    /// <param name="scope">What is to be locked.</param>
    /// <param name="created">Our own lock, if it was created already.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    public async Task<LockRecord?> FindConflictAsync(LockScope scope, LockId? created, CancellationToken cancellationToken)
    {
        bool hasVanished = true;
        for (int listing = 0; hasVanished && listing < MostListings; listing++)
        {
            hasVanished = false;
            HashSet<LockId> listed = [];
            await foreach (StoreFileInfo info in _files.ListAsync(StoreFileKind.Lock, cancellationToken))
            {
                if (!Sha256Hash.TryParse(info.Name, out Sha256Hash hash) || created?.Hash == hash || IsPassedOver(new LockId(hash), scope))
                {
                    continue;
                }

                listed.Add(new LockId(hash));

                (LockRecord? other, bool isGone) = await LoadAsync(hash, cancellationToken);

                // A lock is refreshed by writing a new file and removing the old one. If the old one vanished, the new one may be missing in this listing.
                hasVanished |= isGone;
                if (other is not null && IsStale(new LockId(hash), other))
                {
                    await RemoveAsync(new LockId(hash), cancellationToken);
                }
                else if (other is not null && (scope != LockScope.Shared || other.Exclusive))
                {
                    return other;
                }
            }

            ForgetAllBut(listed);
        }

        return null;
    }

    private void ForgetAllBut(HashSet<LockId> listed)
    {
        foreach (LockId id in _met.Keys)
        {
            if (!listed.Contains(id))
            {
                _met.TryRemove(id, out _);
            }
        }
    }

    // Our own work is coordinated in memory with what locks out others only.
    private bool IsPassedOver(LockId id, LockScope scope) =>
        _own.TryGetValue(id, out LockScope own) && own != LockScope.Everybody && scope != LockScope.Everybody;

    private bool IsStale(LockId id, LockRecord record)
    {
        // Whatever the clock on the wall was set to since it was written.
        if (_held.ContainsKey(id))
        {
            return false;
        }

        if (string.Equals(record.HostName, _owner.HostName, StringComparison.Ordinal) && !LockOwner.IsRunning(record.ProcessId))
        {
            return true;
        }

        // A refresh is a new file, so a lock that was met so long ago was not refreshed, whatever its date.
        return GraceClock.Of(_time).AgeOf(record.Time) > s_staleAfter || _time.GetElapsedTime(_met.GetOrAdd(id, _time.GetTimestamp())) > s_staleAfter;
    }

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
