using HandyBackup.Contracts;
using HandyBackup.Repository;

namespace HandyBackup.Server.Core;

/// <summary>Executes restores.</summary>
internal sealed class RestoreWork(OpenRepositories repositories, OrderResumption orders, MachineRefusals refusals, TimeSpan lockWait)
{
    /// <summary>Has the agent write what was prepared.</summary>
    public async Task<RunResult> ExecuteAsync(PreparedRestore restore, ActiveRun run, CancellationToken cancellationToken)
    {
        await using RepositoryLease<IndexedRepository> lease = await repositories.OpenIndexedAsync(restore.Repository, cancellationToken);
        RestoreOrder order = restore.Order with { RunId = run.Id };
        // Nothing of the snapshot goes while it is read, though it be removed for good meanwhile.
        using RepositoryUse use = lease.Value.BeginUse();
        RestoreOutcome outcome = await LockedWork.RunAsync(
            restore.Repository,
            lease.Value.Repository,
            lockWait,
            async token =>
            {
                // Under the lock: what another program removed from the index before that was still known here.
                await lease.Value.RefreshAsync(token);
                use.TryPin(order.RootTree);
                return await HaveWrittenAsync(restore.Agent, order, lease.Value, run, token);
            },
            cancellationToken);
        return new RunResult(outcome.Totals, restore.SnapshotId, outcome.Skipped);
    }

    private async Task<RestoreOutcome> HaveWrittenAsync(ConnectedAgent agent, RestoreOrder order, IndexedRepository repository, ActiveRun run, CancellationToken cancellationToken)
    {
        var conduct = new AgentConduct(agent, run, refusals);
        try
        {
            IRetrieve retrieve = await RestoreReading.OpenAsync(agent, order, repository, conduct.RefuseReading, cancellationToken);
            return await orders.RunAsync(agent, run, target => target.RestoreAsync(order, retrieve, run, cancellationToken), cancellationToken);
        }
        finally
        {
            await conduct.CompleteAsync();
        }
    }
}
