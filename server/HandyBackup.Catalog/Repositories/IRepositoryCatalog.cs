using HandyBackup.Contracts;

namespace HandyBackup.Catalog;

/// <summary>The repositories that the server knows.</summary>
public interface IRepositoryCatalog
{
    /// <summary>Lists all repositories by name.</summary>
    IAsyncEnumerable<RepositoryRecord> ListAsync(CancellationToken cancellationToken);

    /// <summary>The repository of this name, or null.</summary>
    Task<RepositoryRecord?> FindAsync(string name, CancellationToken cancellationToken);

    /// <summary>Adds a repository.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.RepositoryExists"/> if name, path or id are taken.</exception>
    Task AddAsync(RepositoryRecord repository, CancellationToken cancellationToken);

    /// <summary>Replaces all of a repository but its id, the times of its addition and last check, and the numbers of its snapshots; runs of it show its new name.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.RepositoryExists"/> if name or path are taken by another,
    /// <see cref="ErrorCode.RepositoryNotFound"/> if it is gone.</exception>
    Task UpdateAsync(RepositoryRecord repository, CancellationToken cancellationToken);

    /// <summary>Notes that a check found no damage.</summary>
    Task SetLastCheckedAsync(string id, DateTimeOffset time, CancellationToken cancellationToken);

    /// <summary>Notes that it was optimized, and how many snapshots there were then; those that this server removed are counted from 0 again.</summary>
    Task SetOptimizedAsync(string id, int snapshots, CancellationToken cancellationToken);

    /// <summary>Counts snapshots that this server removes; a negative number for those that it restores.</summary>
    Task CountRemovedAsync(string id, int snapshots, CancellationToken cancellationToken);

    /// <summary>Removes a repository, and its tasks if told to.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.RepositoryInUse"/> if tasks use it and are to stay.</exception>
    Task RemoveAsync(string id, bool removeTasks, CancellationToken cancellationToken);
}
