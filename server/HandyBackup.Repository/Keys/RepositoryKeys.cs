using System.Runtime.CompilerServices;
using HandyBackup.Contracts;
using HandyBackup.Stores;

namespace HandyBackup.Repository;

/// <summary>The key files of a repository: each holds the master key, sealed with its own password. Safe to share between threads.</summary>
public sealed class RepositoryKeys
{
    private readonly StoredFiles _files;
    private readonly MasterKey _masterKey;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private KeyId _current;

    internal RepositoryKeys(StoredFiles files, MasterKey masterKey, KeyId current, ScryptCost? cost, TimeProvider time)
    {
        _files = files;
        _masterKey = masterKey;
        _current = current;
        NewKeyCost = cost;
        _time = time;
    }

    /// <summary>The key that this repository was opened with.</summary>
    public KeyId Current
    {
        get
        {
            lock (_gate)
            {
                return _current;
            }
        }
    }

    /// <summary>The cost of keys that are added; null calibrates each to this machine.</summary>
    internal ScryptCost? NewKeyCost { get; set; }

    /// <summary>Lists all keys; damaged key files are reported by their error, not skipped.</summary>
    /// <exception cref="HandyBackupException">A store error.</exception>
    public async IAsyncEnumerable<KeyEntry> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (StoreFileInfo info in _files.ListAsync(StoreFileKind.Key, cancellationToken))
        {
            if (Sha256Hash.TryParse(info.Name, out Sha256Hash id) && await FindEntryAsync(new KeyId(id), cancellationToken) is KeyEntry entry)
            {
                yield return entry;
            }
        }
    }

    /// <summary>Adds a key, and proves that it opens before it returns.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.InvalidArgument"/> for an empty password, or a store error.</exception>
    public async Task<KeyEntry> AddAsync(string password, string userName, string hostName, CancellationToken cancellationToken)
    {
        if (password.Length == 0)
        {
            // restic would refuse to open it.
            throw new HandyBackupException(ErrorCode.InvalidArgument, "The password of a repository must not be empty.");
        }

        DateTimeOffset created = _time.GetLocalNow();
        byte[] content = await Task.Run(() => KeyFileCodec.Create(_masterKey, password, NewKeyCost ?? Scrypt.Calibrate(_time), created, userName, hostName), cancellationToken);
        var id = new KeyId(await _files.SaveAsync(StoreFileKind.Key, content, cancellationToken));
        try
        {
            await ProveAsync(id, password, cancellationToken);
        }
        catch (HandyBackupException exception) when (exception.Code == ErrorCode.KeyDamaged)
        {
            await _files.RemoveAsync(KeySearch.FileOf(id), cancellationToken);
            throw;
        }

        return new KeyEntry(id, userName, hostName, created, null);
    }

    /// <summary>
    /// Adds a key with the new password, uses it from now on and removes the one used so far. Cut short at any point, the repository
    /// opens with at least one of the two passwords.
    /// </summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.InvalidArgument"/> for an empty password, or a store error.</exception>
    public async Task<KeyEntry> ChangePasswordAsync(string newPassword, string userName, string hostName, CancellationToken cancellationToken)
    {
        KeyEntry added = await AddAsync(newPassword, userName, hostName, cancellationToken);
        KeyId former;
        lock (_gate)
        {
            former = _current;
            _current = added.Id;
        }

        await _files.RemoveAsync(KeySearch.FileOf(former), cancellationToken);
        return added;
    }

    /// <summary>Removes a key.</summary>
    /// <param name="idOrPrefix">The id, or an unambiguous beginning of it.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.KeyNotFound"/>, or <see cref="ErrorCode.LastKey"/> for the current or only key.</exception>
    public async Task RemoveAsync(string idOrPrefix, CancellationToken cancellationToken)
    {
        List<Sha256Hash> found = await _files.FindByPrefixAsync(StoreFileKind.Key, idOrPrefix, cancellationToken);
        if (found.Count != 1)
        {
            string reason = found.Count == 0 ? "no key of the repository begins" : "several keys of the repository begin";
            throw new HandyBackupException(ErrorCode.KeyNotFound, $"'{idOrPrefix}' cannot be removed: {reason} with these digits.")
            {
                Target = idOrPrefix,
                Advice = "List the keys and give enough digits of one.",
            };
        }

        var id = new KeyId(found[0]);
        if (id == Current)
        {
            throw new HandyBackupException(ErrorCode.LastKey, $"Key {id} cannot be removed: the repository was opened with it.")
            {
                Target = id.ToString(),
                Advice = "Add another key or change the password instead.",
            };
        }

        await _files.RemoveAsync(KeySearch.FileOf(id), cancellationToken);
    }

    private async Task ProveAsync(KeyId id, string password, CancellationToken cancellationToken)
    {
        using MasterKey? proof = await KeySearch.TryOpenAsync(_files, id, password, cancellationToken);
        if (proof is null)
        {
            throw FileErrors.Damaged(KeySearch.FileOf(id), "was saved but does not open");
        }
    }

    private async Task<KeyEntry?> FindEntryAsync(KeyId id, CancellationToken cancellationToken)
    {
        StoreFile file = KeySearch.FileOf(id);
        try
        {
            byte[]? content = await _files.FindAsync(file, KeySearch.MostLength, cancellationToken);
            if (content is null)
            {
                return null;
            }

            if (!KeyFileCodec.TryParse(content, out KeyFile? key, out string? fault) || !StoredFiles.IsIntact(file, content))
            {
                throw FileErrors.Damaged(file, fault ?? "does not have the content that its name promises");
            }

            return new KeyEntry(id, key.UserName ?? "", key.HostName ?? "", key.Created, null);
        }
        catch (HandyBackupException exception) when (exception.Code == ErrorCode.KeyDamaged)
        {
            return new KeyEntry(id, "", "", default, FileErrors.ToInfo(exception));
        }
    }
}
