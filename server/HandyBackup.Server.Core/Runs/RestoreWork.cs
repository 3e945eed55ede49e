using HandyBackup.Contracts;
using HandyBackup.Repository;

namespace HandyBackup.Server.Core;

/// <summary>Executes restores.</summary>
internal sealed class RestoreWork(OpenRepositories repositories, TimeSpan lockWait)
{
    /// <summary>Has the agent write what was prepared.</summary>
    public async Task<RunResult> ExecuteAsync(PreparedRestore restore, ActiveRun run, CancellationToken cancellationToken)
    {
        await using RepositoryLease<IndexedRepository> lease = await repositories.OpenIndexedAsync(restore.Repository, cancellationToken);
        await using IAsyncDisposable shared = await lease.Value.Repository.Locks.AcquireAsync(exclusive: false, lockWait, cancellationToken);
        RestoreOrder order = restore.Order with { RunId = run.Id };
        RestoreOutcome outcome = await restore.Agent.Agent.RestoreAsync(order, lease.Value.Reader, run, cancellationToken);
        return new RunResult(outcome.Totals, restore.SnapshotId, outcome.Skipped);
    }
}
