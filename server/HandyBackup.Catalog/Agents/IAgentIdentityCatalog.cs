using HandyBackup.Contracts;

namespace HandyBackup.Catalog;

/// <summary>Who the agents are: each has an id that never changes and, unless it is inside the server, a certificate.</summary>
public interface IAgentIdentityCatalog
{
    /// <summary>Lists all agents by name.</summary>
    IAsyncEnumerable<AgentIdentityRecord> ListAsync(CancellationToken cancellationToken);

    /// <summary>The agent of this id, or null.</summary>
    Task<AgentIdentityRecord?> FindAsync(Guid id, CancellationToken cancellationToken);

    /// <summary>The agent that has this name now, or null.</summary>
    Task<AgentIdentityRecord?> FindAsync(string name, CancellationToken cancellationToken);

    /// <summary>True if there was an agent of this id, and it was removed.</summary>
    Task<bool> IsRevokedAsync(Guid id, CancellationToken cancellationToken);

    /// <summary>
    /// Notes that the agent inside the server is there, and gives it an id when it is new. A name that another agent has is not taken from it: then the agent
    /// keeps the name that it had, or gets one that is free. Its tasks follow it to a new name.
    /// </summary>
    /// <returns>The agent with the name that it now has.</returns>
    Task<AgentIdentityRecord> SaveEmbeddedAsync(string name, DateTimeOffset time, CancellationToken cancellationToken);

    /// <summary>Changes the status of an agent that has the status <paramref name="from"/>.</summary>
    /// <returns>False if it is gone or has another status.</returns>
    Task<bool> ChangeStatusAsync(Guid id, AgentStatus from, AgentStatus to, CancellationToken cancellationToken);

    /// <summary>Changes the tags of an agent in one transaction: what <paramref name="change"/> makes of the newest ones is saved.</summary>
    /// <returns>The agent as it is now; null if there is none.</returns>
    Task<AgentIdentity?> ChangeTagsAsync(Guid id, Func<IReadOnlyList<string>, IReadOnlyList<string>> change, CancellationToken cancellationToken);

    /// <summary>Gives an approved agent a new certificate. The one that it asked with stays good until the new one was used.</summary>
    /// <param name="id">The agent.</param>
    /// <param name="used">The serial number of the certificate that it asked with.</param>
    /// <param name="serial">The serial number of the new certificate.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>False if the agent is gone, not approved, or <paramref name="used"/> is neither its newest certificate nor the one before.</returns>
    Task<bool> RenewAsync(Guid id, byte[] used, byte[] serial, CancellationToken cancellationToken);

    /// <summary>Notes that an approved agent has proved who it is. If it used its newest certificate, the one before is no longer good.</summary>
    /// <param name="id">The agent.</param>
    /// <param name="used">The serial number of the certificate that it used.</param>
    /// <param name="address">Where it came from; null if that is unknown.</param>
    /// <param name="time">When.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>False if the agent is gone, not approved, or the certificate is no longer good.</returns>
    Task<bool> SetSeenAsync(Guid id, byte[] used, string? address, DateTimeOffset time, CancellationToken cancellationToken);

    /// <summary>Removes an agent with what it said of itself, revokes its certificates and the enrolment tokens for its place, and removes its tasks if told to. Its runs and snapshots stay.</summary>
    /// <returns>False if there is no such agent.</returns>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.AgentInUse"/> if tasks use it and are to stay.</exception>
    Task<bool> RemoveAsync(Guid id, bool removeTasks, DateTimeOffset time, CancellationToken cancellationToken);
}
