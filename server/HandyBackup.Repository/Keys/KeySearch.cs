using HandyBackup.Contracts;
using HandyBackup.Stores;

namespace HandyBackup.Repository;

/// <summary>Tries a password on key files.</summary>
internal static class KeySearch
{
    /// <summary>The longest key file that is read; restic's have about 500 bytes.</summary>
    public const int MostLength = 64 * 1024;

    /// <summary>
    /// Tries the password on all keys, one after the other. A damaged key is tried too as long as it can be understood: what counts is whether
    /// its master key opens, since nothing of the repository can be read without one. What does not open is tried as its parity has it, and
    /// last the keys that only parity is left of.
    /// </summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.WrongPassword"/>, or <see cref="ErrorCode.KeyDamaged"/> if the password may belong to a damaged key.</exception>
    public static async Task<OpenedKey> OpenAsync(StoredFiles files, ParityFiles sidecars, string location, string password, CancellationToken cancellationToken)
    {
        HandyBackupException? damage = null;
        int count = 0;
        await foreach (StoreFileInfo info in files.ListAsync(StoreFileKind.Key, cancellationToken))
        {
            if (!Sha256Hash.TryParse(info.Name, out Sha256Hash id))
            {
                continue;
            }

            count++;
            try
            {
                if (await TryOpenAsync(files, new KeyId(id), password, cancellationToken) is MasterKey masterKey)
                {
                    return new OpenedKey(masterKey, new KeyId(id));
                }
            }
            catch (HandyBackupException exception) when (exception.Code == ErrorCode.KeyDamaged)
            {
                damage ??= exception;
                if (await TryOpenHealedAsync(sidecars, new KeyId(id), password, cancellationToken) is MasterKey healed)
                {
                    return new OpenedKey(healed, new KeyId(id));
                }
            }
        }

        if (await TryOpenLostAsync(files, sidecars, password, cancellationToken) is { } lost)
        {
            return lost;
        }

        throw damage ?? (count == 0 ? NoKeys(location) : WrongPassword(location, count));
    }

    /// <summary>Tries the password on one key.</summary>
    /// <returns>The master key; null if the password is not this key's, or the file does not exist.</returns>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.KeyDamaged"/> if it cannot be told, or a store error.</exception>
    public static async Task<MasterKey?> TryOpenAsync(StoredFiles files, KeyId id, string password, CancellationToken cancellationToken)
    {
        StoreFile file = FileOf(id);
        byte[]? content = await files.FindAsync(file, MostLength, cancellationToken);
        return content is null ? null : await TryOpenAsync(file, content, password, cancellationToken);
    }

    public static StoreFile FileOf(KeyId id) => new(StoreFileKind.Key, id.ToString());

    private static async Task<OpenedKey?> TryOpenLostAsync(StoredFiles files, ParityFiles sidecars, string password, CancellationToken cancellationToken)
    {
        await foreach (StoreFileInfo info in files.ListAsync(StoreFileKind.Parity, cancellationToken))
        {
            if (!ParityName.TryParse(info.Name, out StoreFile file) || file.Kind != StoreFileKind.Key || !Sha256Hash.TryParse(file.Name, out Sha256Hash id))
            {
                continue;
            }

            if (await TryOpenHealedAsync(sidecars, new KeyId(id), password, cancellationToken) is MasterKey masterKey)
            {
                return new OpenedKey(masterKey, new KeyId(id));
            }
        }

        return null;
    }

    private static async Task<MasterKey?> TryOpenHealedAsync(ParityFiles sidecars, KeyId id, string password, CancellationToken cancellationToken)
    {
        byte[]? healed = await sidecars.FindHealedAsync(FileOf(id), cancellationToken);
        return healed is null ? null : await TryOpenAsync(FileOf(id), healed, password, cancellationToken);
    }

    private static async Task<MasterKey?> TryOpenAsync(StoreFile file, byte[] content, string password, CancellationToken cancellationToken)
    {
        if (!KeyFileCodec.TryParse(content, out KeyFile? key, out string? fault))
        {
            throw FileErrors.Damaged(file, fault);
        }

        MasterKey? masterKey = null;
        bool isOpen = await Task.Run(() => KeyFileCodec.TryOpen(key, password, out masterKey), cancellationToken);
        if (isOpen)
        {
            return masterKey ?? throw FileErrors.Damaged(file, "opens with the password, but seals no master key");
        }

        return StoredFiles.IsIntact(file, content) ? null : throw FileErrors.Damaged(file, "does not have the content that its name promises");
    }

    private static HandyBackupException WrongPassword(string location, int count) =>
        new(ErrorCode.WrongPassword, $"The password opens none of the {count} key(s) of the repository in '{location}'.")
        {
            Target = location,
            Advice = "Check the password: upper and lower case, keyboard layout, and a line break at the end of a password file.",
        };

    private static HandyBackupException NoKeys(string location) =>
        new(ErrorCode.KeyDamaged, $"The repository in '{location}' has no key file.")
        {
            Target = "keys",
            Advice = "Copy the folder 'keys' from another copy of this repository; nothing can be read without a key.",
        };
}
