using HandyBackup.Catalog;
using HandyBackup.Contracts;
using HandyBackup.Repository;

namespace HandyBackup.Server.Core;

/// <summary>Turns a restore request into the order for the agent, and refuses at once what cannot succeed.</summary>
internal sealed class RestorePreparation(ICatalog catalog, SnapshotDirectory snapshots, OpenRepositories repositories, AgentDirectory agents, TaskOptions options)
{
    /// <summary>Checks a request.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.ItemNotFound"/> for a selected path that the snapshot does not have,
    /// <see cref="ErrorCode.RestoreNotSupported"/>, and all that finding snapshot and agent may give.</exception>
    public async Task<PreparedRestore> PrepareAsync(RestoreRequest request, CancellationToken cancellationToken)
    {
        if (request.Selections.Count == 0)
        {
            throw new HandyBackupException(ErrorCode.InvalidArgument, "The restore names no items.") { Target = nameof(request.Selections), Advice = "Name at least one item; an empty path means the whole snapshot." };
        }

        LocatedSnapshot snapshot = await snapshots.LoadAsync(request.Snapshot, cancellationToken);
        ConnectedAgent agent = await agents.FindAsync(request.Agent, cancellationToken);

        // Whatever a snapshot is of, its items are files in a folder that somebody names: a database's dump, for instance.
        string? origin = request.Destination is null ? snapshot.Snapshot.Origin?.Source : null;
        SourceDescription source = agent.FindSource(origin ?? SourceKinds.Files);
        if (!source.CanRestore)
        {
            throw new HandyBackupException(ErrorCode.RestoreNotSupported, $"The source '{source.Kind}' cannot take items back.")
            {
                Target = source.Kind,
                Advice = "Restore to an agent whose source of this kind can.",
            };
        }

        await CheckSelectionsAsync(request, snapshot, cancellationToken);
        var order = new RestoreOrder
        {
            RunId = Guid.Empty,
            Target = await FindTargetAsync(source, snapshot.Snapshot, cancellationToken),
            RootTree = snapshot.Snapshot.Tree,
            Selections = request.Selections,
            Destination = request.Destination,
            Overwrite = request.Overwrite,
        };
        return new PreparedRestore(snapshot.Repository, snapshot.Id.ToString(), agent, order);
    }

    // A source that must be connected to, such as a database server, is reached with the options of the task that read it.
    private async Task<SourceSelection> FindTargetAsync(SourceDescription source, Snapshot snapshot, CancellationToken cancellationToken)
    {
        TaskRecord? task = snapshot.Origin is { } origin ? await catalog.Tasks.FindAsync(origin.Task, cancellationToken) : null;
        return task is not null && task.Definition.Selection.Source == source.Kind
            ? options.Reveal(task).Selection with { Paths = [] }
            : new SourceSelection { Source = source.Kind };
    }

    private async Task CheckSelectionsAsync(RestoreRequest request, LocatedSnapshot snapshot, CancellationToken cancellationToken)
    {
        await using RepositoryLease<IndexedRepository> lease = await repositories.OpenIndexedAsync(snapshot.Repository, cancellationToken);
        var tree = new SnapshotTree(lease.Value.Reader, snapshot.Snapshot.Tree);
        foreach (RestoreSelection selection in request.Selections)
        {
            await tree.FindAsync(selection.Path, cancellationToken);
        }
    }
}
