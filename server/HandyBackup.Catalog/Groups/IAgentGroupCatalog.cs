using HandyBackup.Contracts;

namespace HandyBackup.Catalog;

/// <summary>The groups of agents.</summary>
public interface IAgentGroupCatalog
{
    /// <summary>Lists all groups by name.</summary>
    IAsyncEnumerable<AgentGroupRecord> ListAsync(CancellationToken cancellationToken);

    /// <summary>The group of this name, or null.</summary>
    Task<AgentGroupRecord?> FindAsync(string name, CancellationToken cancellationToken);

    /// <summary>Adds a group.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.AgentGroupExists"/> if the name is taken, <see cref="ErrorCode.AgentNotFound"/> if a listed agent is gone.</exception>
    Task AddAsync(AgentGroupRecord group, CancellationToken cancellationToken);

    /// <summary>Changes the group of this id in one transaction: what <paramref name="change"/> makes of the newest state is saved. Tasks, tokens and grants follow a new name.</summary>
    /// <returns>The group as it is now; null if there is none.</returns>
    /// <exception cref="HandyBackupException">As <see cref="AddAsync"/>.</exception>
    Task<AgentGroupRecord?> ChangeAsync(Guid id, Func<AgentGroupRecord, AgentGroupRecord> change, CancellationToken cancellationToken);

    /// <summary>Removes a group that nothing uses. Enrolment tokens that nobody can use any more forget it.</summary>
    /// <param name="id">The group.</param>
    /// <param name="time">The time by which tokens are judged.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>False if there is no such group.</returns>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.AgentGroupInUse"/>, which names who uses it.</exception>
    Task<bool> RemoveAsync(Guid id, DateTimeOffset time, CancellationToken cancellationToken);
}
