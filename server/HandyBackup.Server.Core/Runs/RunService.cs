using System.Runtime.CompilerServices;
using HandyBackup.Catalog;
using HandyBackup.Contracts;

namespace HandyBackup.Server.Core;

/// <inheritdoc cref="IRuns"/>
internal sealed class RunService(ICatalog catalog, RunEngine engine) : IRuns
{
    /// <inheritdoc/>
    public async IAsyncEnumerable<Run> ListAsync(RunQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (query.Last is <= 0)
        {
            throw new HandyBackupException(ErrorCode.InvalidArgument, $"{query.Last} is no number of runs to list.") { Target = nameof(query.Last), Advice = "Ask for at least one." };
        }

        var task = new NameFilter(query.Task);
        int left = query.Last ?? int.MaxValue;
        await foreach (Run saved in FindAsync(query, cancellationToken))
        {
            Run run = await engine.RefreshAsync(saved, cancellationToken);
            if (task.Matches(run.Task) && (query.State is null || run.State == query.State))
            {
                yield return run;
                if (--left == 0)
                {
                    yield break;
                }
            }
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<Run> WatchAsync(RunReference run, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (engine.Find(run.Id) is { } active)
        {
            await foreach (Run state in active.WatchAsync(cancellationToken))
            {
                yield return state;
            }
        }
        else
        {
            yield return await catalog.Runs.FindAsync(run.Id, cancellationToken) ?? throw RunEngine.RunNotFound(run.Id);
        }
    }

    /// <inheritdoc/>
    public Task<Run> StopAsync(RunReference run, CancellationToken cancellationToken) => engine.StopAsync(run.Id, cancellationToken);

    /// <inheritdoc/>
    public async IAsyncEnumerable<RunLogEntry> GetLogAsync(RunLogQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (await catalog.Runs.FindAsync(query.RunId, cancellationToken) is null)
        {
            throw RunEngine.RunNotFound(query.RunId);
        }

        await foreach (RunLogEntry entry in catalog.RunLog.ListAsync(query.RunId, query.MinimumLevel, cancellationToken))
        {
            yield return entry;
        }
    }

    /// <summary>Does nothing: one object serves all connections.</summary>
    public void Dispose()
    {
    }

    private async IAsyncEnumerable<Run> FindAsync(RunQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (query.Id is { } id)
        {
            if (await catalog.Runs.FindAsync(id, cancellationToken) is { } run
                && (query.Kind is null || run.Kind == query.Kind) && (query.Since is null || run.Created >= query.Since))
            {
                yield return run;
            }

            yield break;
        }

        await foreach (Run run in catalog.Runs.ListAsync(new RunFilter(query.Kind, query.State, query.Since), cancellationToken))
        {
            yield return run;
        }
    }
}
