using HandyBackup.Catalog;
using HandyBackup.Contracts;
using HandyBackup.Repository;

namespace HandyBackup.Server.Core;

/// <summary>Executes copies of snapshots.</summary>
internal sealed class CopyWork(OpenRepositories repositories, TimeSpan lockWait)
{
    /// <summary>Copies a snapshot to another repository.</summary>
    /// <param name="source">The repository that has it.</param>
    /// <param name="id">The snapshot.</param>
    /// <param name="target">The repository that gets it.</param>
    /// <param name="run">The run.</param>
    /// <param name="cancellationToken">Stops the copying. What was copied is used by the next copy or backup.</param>
    public async Task<RunResult> ExecuteAsync(RepositoryRecord source, SnapshotId id, RepositoryRecord target, ActiveRun run, CancellationToken cancellationToken)
    {
        await using RepositoryLease<IndexedRepository> from = await repositories.OpenIndexedAsync(source, cancellationToken);
        await using RepositoryLease<IndexedRepository> to = await repositories.OpenIndexedAsync(target, cancellationToken);
        CopiedSnapshot copied = await LockedWork.RunAsync(
            source,
            from.Value.Repository,
            lockWait,
            outer => LockedWork.RunAsync(
                target,
                to.Value.Repository,
                lockWait,
                inner => new SnapshotCopy(from.Value, to.Value, run, run.CountAdded).RunAsync(id, inner),
                outer),
            cancellationToken);
        string sentence = copied.WasThere
            ? $"Repository '{target.Name}' has snapshot {id.ToString()[..8]} already, as {copied.Id.ToString()[..8]}."
            : $"Snapshot {id.ToString()[..8]} was copied to repository '{target.Name}' as {copied.Id.ToString()[..8]}.";
        await run.LogAsync(RunLogLevel.Information, null, sentence, CancellationToken.None);
        return new RunResult(run.Current.Progress, copied.Id.ToString());
    }
}
