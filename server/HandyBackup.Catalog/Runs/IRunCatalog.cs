using HandyBackup.Contracts;

namespace HandyBackup.Catalog;

/// <summary>The runs, under way and ended.</summary>
public interface IRunCatalog
{
    /// <summary>Lists runs, newest first.</summary>
    IAsyncEnumerable<Run> ListAsync(RunFilter filter, CancellationToken cancellationToken);

    /// <summary>The run of this id, or null.</summary>
    Task<Run?> FindAsync(Guid id, CancellationToken cancellationToken);

    /// <summary>The newest run of a task, or null.</summary>
    Task<Run?> FindLastOfTaskAsync(Guid taskId, CancellationToken cancellationToken);

    /// <summary>The newest backup into a repository that began and has ended, or null.</summary>
    Task<Run?> FindLastBackupAsync(string repositoryId, CancellationToken cancellationToken);

    /// <summary>
    /// The newest run, ended or not, after which content of a repository may be lost: a repair, or any other than a backup that ended with warnings. Null if
    /// there is none. Whoever removes old runs must keep this one.
    /// </summary>
    Task<Run?> FindLastRepairOrDamageAsync(string repositoryId, CancellationToken cancellationToken);

    /// <summary>In which states the newest runs of a task are, one run for each agent, by state.</summary>
    Task<IReadOnlyList<RunCount>> CountLastOfTaskAsync(Guid taskId, CancellationToken cancellationToken);

    /// <summary>Adds runs in one transaction.</summary>
    Task AddAsync(IReadOnlyList<RunRecord> runs, CancellationToken cancellationToken);

    /// <summary>Saves state, times, counters, snapshot, optimization and error of a run.</summary>
    Task UpdateAsync(Run run, CancellationToken cancellationToken);

    /// <summary>Ends all runs that are queued or running as <see cref="RunState.Interrupted"/>.</summary>
    /// <param name="error">Why; its target is replaced by each run's task, or repository where there is no task.</param>
    /// <param name="ended">When.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>How many there were.</returns>
    Task<int> InterruptAsync(ErrorInfo error, DateTimeOffset ended, CancellationToken cancellationToken);
}
