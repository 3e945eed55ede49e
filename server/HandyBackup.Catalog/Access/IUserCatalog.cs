using HandyBackup.Contracts;

namespace HandyBackup.Catalog;

/// <summary>The people who may use the server.</summary>
public interface IUserCatalog
{
    /// <summary>Lists all users by name.</summary>
    IAsyncEnumerable<UserRecord> ListAsync(CancellationToken cancellationToken);

    /// <summary>The user of this name, or null.</summary>
    Task<UserRecord?> FindAsync(string name, CancellationToken cancellationToken);

    /// <summary>The user of this id, or null.</summary>
    Task<UserRecord?> FindAsync(Guid id, CancellationToken cancellationToken);

    /// <summary>The user with this certificate, or null.</summary>
    /// <param name="fingerprint">Its SHA-256 in upper-case hexadecimal digits.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    Task<UserRecord?> FindByCertificateAsync(string fingerprint, CancellationToken cancellationToken);

    /// <summary>Adds a user.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.UserExists"/> if the name or the certificate is another's.</exception>
    Task AddAsync(UserRecord user, CancellationToken cancellationToken);

    /// <summary>Changes the user of this id in one transaction: what <paramref name="change"/> makes of the newest state is saved.</summary>
    /// <returns>The user as it is now; null if there is none.</returns>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.UserExists"/> if the new name or certificate is another's.</exception>
    Task<UserRecord?> ChangeAsync(Guid id, Func<UserRecord, UserRecord> change, CancellationToken cancellationToken);

    /// <summary>Notes that the code of a step of time was used.</summary>
    /// <returns>False if it, or one of a later step, was used before, or there is no such user.</returns>
    Task<bool> UseCodeAsync(Guid id, long step, CancellationToken cancellationToken);

    /// <summary>Notes for every user that the codes up to a step of time are used up.</summary>
    /// <returns>How many users this concerns.</returns>
    Task<int> UseUpCodesAsync(long step, CancellationToken cancellationToken);

    /// <summary>Removes a user.</summary>
    /// <returns>False if there is no such user.</returns>
    Task<bool> RemoveAsync(Guid id, CancellationToken cancellationToken);
}
