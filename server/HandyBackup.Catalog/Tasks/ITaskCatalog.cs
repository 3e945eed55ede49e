using HandyBackup.Contracts;

namespace HandyBackup.Catalog;

/// <summary>The tasks.</summary>
public interface ITaskCatalog
{
    /// <summary>Lists all tasks by name.</summary>
    IAsyncEnumerable<TaskRecord> ListAsync(CancellationToken cancellationToken);

    /// <summary>The task of this name, or null.</summary>
    Task<TaskRecord?> FindAsync(string name, CancellationToken cancellationToken);

    /// <summary>Adds a task.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.TaskExists"/> if the name is taken,
    /// <see cref="ErrorCode.RepositoryNotFound"/> if its repository is not known, <see cref="ErrorCode.AgentGroupNotFound"/> if its group is not.</exception>
    Task AddAsync(TaskRecord task, CancellationToken cancellationToken);

    /// <summary>Replaces all but the id of a task; runs of it show its new name.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.TaskExists"/> if the name is taken by another,
    /// <see cref="ErrorCode.TaskNotFound"/> if it is gone, <see cref="ErrorCode.RepositoryNotFound"/> or <see cref="ErrorCode.AgentGroupNotFound"/>.</exception>
    Task UpdateAsync(TaskRecord task, CancellationToken cancellationToken);

    /// <summary>Removes a task; its runs stay.</summary>
    Task RemoveAsync(Guid id, CancellationToken cancellationToken);
}
