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
    /// since is tested here. An agent of this id that enrolled with the same key, and was never here since, becomes what the token makes of it instead.
    /// </summary>
    /// <returns>False if the token is gone, used up, expired, revoked or for a certain agent, or if there is an agent of this id that is not such a one, or is suspended.</returns>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.AgentExists"/> if the agent's name is taken.</exception>
    Task<bool> RedeemAsync(string id, AgentIdentityRecord agent, DateTimeOffset time, CancellationToken cancellationToken);

    /// <summary>
    /// Counts a token down that is for a certain agent, and gives that agent's place to the machine that shows it: from now on its certificate is the agent's only one. Name, kind, status and all that
    /// refers to the agent stay.
    /// </summary>
    /// <param name="id">The token.</param>
    /// <param name="agentId">The agent.</param>
    /// <param name="enrollmentKey">The SHA-256 of the public key of the certificate.</param>
    /// <param name="serial">The serial number of the certificate.</param>
    /// <param name="address">Where the machine comes from; null if that is unknown.</param>
    /// <param name="time">Now.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>False if the token is gone, used up, expired, revoked, or not for this agent, or the agent is gone.</returns>
    Task<bool> RedeemForAgentAsync(string id, Guid agentId, byte[] enrollmentKey, byte[] serial, string? address, DateTimeOffset time, CancellationToken cancellationToken);

    /// <summary>
    /// Gives an agent another certificate for the one that it was granted with this token and has not used. Nothing is counted; the certificate before stays good until the new one was used.
    /// </summary>
    /// <param name="id">The token.</param>
    /// <param name="agentId">The agent.</param>
    /// <param name="enrollmentKey">The SHA-256 of the public key of both certificates.</param>
    /// <param name="serial">The serial number of the new certificate.</param>
    /// <param name="time">Now.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>False if the token is gone, expired or revoked, or the agent is gone, suspended, was here already, or enrolled with another token or key.</returns>
    Task<bool> RedeemAgainAsync(string id, Guid agentId, byte[] enrollmentKey, byte[] serial, DateTimeOffset time, CancellationToken cancellationToken);
}
