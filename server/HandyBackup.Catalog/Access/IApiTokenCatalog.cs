using HandyBackup.Contracts;

namespace HandyBackup.Catalog;

/// <summary>The tokens by which scripts use the server.</summary>
public interface IApiTokenCatalog
{
    /// <summary>Lists all tokens by name.</summary>
    IAsyncEnumerable<ApiTokenRecord> ListAsync(CancellationToken cancellationToken);

    /// <summary>The token of this id, or null.</summary>
    Task<ApiTokenRecord?> FindAsync(string id, CancellationToken cancellationToken);

    /// <summary>Adds a token.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.ApiTokenExists"/> if the name is taken.</exception>
    Task AddAsync(ApiTokenRecord token, CancellationToken cancellationToken);

    /// <summary>Notes that somebody has logged in with a token.</summary>
    Task SetLoginAsync(string id, DateTimeOffset time, CancellationToken cancellationToken);

    /// <summary>Removes the token of this name.</summary>
    /// <returns>Its id; null if there is no such token.</returns>
    Task<string?> RemoveAsync(string name, CancellationToken cancellationToken);
}
