using HandyBackup.Contracts;

namespace HandyBackup.Repository;

/// <summary>The key files of a repository: each holds the master key, sealed with its own password.</summary>
public sealed class RepositoryKeys
{
    private RepositoryKeys() => throw new NotSupportedException();

    /// <summary>The key that this repository was opened with.</summary>
    public KeyId Current => throw new NotSupportedException();

    /// <summary>Lists all keys; damaged key files are reported by their error, not skipped.</summary>
    public IAsyncEnumerable<KeyEntry> ListAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Adds a key.</summary>
    public Task<KeyEntry> AddAsync(string password, string userName, string hostName, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Adds a key with the new password, uses it from now on and removes the one used so far.</summary>
    public Task<KeyEntry> ChangePasswordAsync(string newPassword, string userName, string hostName, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Removes a key.</summary>
    /// <param name="idOrPrefix">The id, or an unambiguous beginning of it.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.KeyNotFound"/>, or <see cref="ErrorCode.LastKey"/> for the current or only key.</exception>
    public Task RemoveAsync(string idOrPrefix, CancellationToken cancellationToken) => throw new NotSupportedException();
}
