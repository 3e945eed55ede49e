using HandyBackup.Contracts;

namespace HandyBackup.Catalog;

/// <summary>The tokens with which machines become agents.</summary>
public interface IEnrollmentTokenCatalog
{
    /// <summary>Lists all tokens, newest first.</summary>
    IAsyncEnumerable<EnrollmentTokenRecord> ListAsync(CancellationToken cancellationToken);

    /// <summary>The token of this id, or null.</summary>
    Task<EnrollmentTokenRecord?> FindAsync(string id, CancellationToken cancellationToken);

    /// <summary>Adds a token.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.AgentGroupNotFound"/> if there is no such group.</exception>
    Task AddAsync(EnrollmentTokenRecord token, CancellationToken cancellationToken);

    /// <summary>Marks a token as revoked; one that is revoked already keeps its time.</summary>
    /// <returns>False if there is no such token.</returns>
    Task<bool> RevokeAsync(string id, DateTimeOffset time, CancellationToken cancellationToken);

    /// <summary>Revokes all tokens that could still be used.</summary>
    /// <returns>How many there were.</returns>
    Task<int> RevokeAllAsync(DateTimeOffset time, CancellationToken cancellationToken);

    /// <summary>
    /// Counts a token down, adds the agent that it admits, and lists it in the token's group: all or nothing. The caller has compared the secret, which never changes; what may have changed
    /// since is tested here.
    /// </summary>
    /// <returns>False if the token is gone, used up, expired or revoked.</returns>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.AgentExists"/> if the agent's name is taken.</exception>
    Task<bool> RedeemAsync(string id, AgentIdentityRecord agent, DateTimeOffset time, CancellationToken cancellationToken);
}
