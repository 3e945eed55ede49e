using System.Runtime.CompilerServices;
using HandyBackup.Contracts;
using HandyBackup.Repository;

namespace HandyBackup.Server.Core;

/// <inheritdoc cref="IItems"/>
internal sealed class ItemService(
    SnapshotDirectory snapshots,
    OpenRepositories repositories,
    AgentDirectory agents,
    RestorePreparation preparation,
    RestoreWork restore,
    RunEngine engine,
    TimeSpan lockWait) : IItems
{
    /// <inheritdoc/>
    public IAsyncEnumerable<Item> ListAsync(ItemQuery query, CancellationToken cancellationToken) =>
        query.Snapshot is { } snapshot ? ListStoredAsync(query, snapshot, cancellationToken) : ListLiveAsync(query, cancellationToken);

    /// <inheritdoc/>
    public async IAsyncEnumerable<RestorePlanItem> PlanRestoreAsync(RestoreRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        PreparedRestore plan = await preparation.PrepareAsync(request, cancellationToken);
        await using RepositoryLease<IndexedRepository> lease = await repositories.OpenIndexedAsync(plan.Repository, cancellationToken);
        await using IAsyncDisposable shared = await lease.Value.Repository.Locks.AcquireAsync(exclusive: false, lockWait, cancellationToken);
        await foreach (RestorePlanItem item in plan.Agent.Agent.PlanRestoreAsync(plan.Order, lease.Value.Reader, cancellationToken))
        {
            yield return item;
        }
    }

    /// <inheritdoc/>
    public async Task<Run> StartRestoreAsync(RestoreRequest request, CancellationToken cancellationToken)
    {
        PreparedRestore prepared = await preparation.PrepareAsync(request, cancellationToken);
        return await engine.StartAsync(
            new RunOrder
            {
                Kind = RunKind.Restore,
                Agent = prepared.Agent.Description.Name,
                Repository = prepared.Repository,
                SnapshotId = prepared.SnapshotId,
                Work = (run, token) => restore.ExecuteAsync(prepared, run, token),
            },
            cancellationToken);
    }

    /// <summary>Does nothing: one object serves all connections.</summary>
    public void Dispose()
    {
    }

    private async IAsyncEnumerable<Item> ListLiveAsync(ItemQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ConnectedAgent agent = await agents.FindAsync(query.Agent, cancellationToken);
        SourceSelection selection = query.Selection ?? new SourceSelection { Source = SourceKinds.Files };
        SourceDescription source = agent.FindSource(selection.Source);
        var live = new LiveItemQuery
        {
            Selection = selection with { Source = source.Kind },
            Path = query.Path,
            Recurse = query.Recurse,
            Filter = query.Filter,
        };
        await foreach (Item item in agent.Agent.ListItemsAsync(live, cancellationToken))
        {
            yield return item with { Agent = agent.Description.Name, Source = source.Kind };
        }
    }

    private async IAsyncEnumerable<Item> ListStoredAsync(ItemQuery query, SnapshotReference reference, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        LocatedSnapshot snapshot = await snapshots.LoadAsync(reference, cancellationToken);
        await using RepositoryLease<IndexedRepository> lease = await repositories.OpenIndexedAsync(snapshot.Repository, cancellationToken);
        var tree = new SnapshotTree(lease.Value.Reader, snapshot.Snapshot.Tree);
        var filter = new NameFilter(query.Filter);
        FoundNode start = await tree.FindAsync(query.Path, cancellationToken);
        await foreach (FoundNode found in tree.ListAsync(start, query.Recurse, cancellationToken))
        {
            Item item = SnapshotItem.Describe(found.Node!, found.ParentPath, snapshot);
            if (filter.Matches(item.Name))
            {
                yield return item;
            }
        }
    }
}
