using System.Runtime.CompilerServices;
using HandyBackup.Contracts;

namespace HandyBackup.Server.Core;

/// <summary>The runs that a caller may see, and what it may do with them.</summary>
internal sealed class NarrowedRuns(IRuns inner, AccessJudge judge) : IRuns
{
    /// <inheritdoc/>
    public async IAsyncEnumerable<Run> ListAsync(RunQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // The number counts what is shown. One that is none is refused as it is.
        int left = query.Last is > 0 ? query.Last.Value : int.MaxValue;
        AccessScope scope = await judge.OpenScopeAsync(cancellationToken);
        bool isEverything = scope.IsEverything(Permission.View);
        RunQuery all = isEverything || query.Last is <= 0 ? query : query with { Last = null };
        await foreach (Run run in inner.ListAsync(all, cancellationToken))
        {
            if (await scope.CoversAsync(Permission.View, new AccessSubject(run.Agent, run.Repository), cancellationToken))
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
        await judge.DemandRunAsync(Permission.View, run.Id, cancellationToken);
        await foreach (Run state in inner.WatchAsync(run, cancellationToken))
        {
            yield return state;
        }
    }

    /// <inheritdoc/>
    public async Task<Run> StopAsync(RunReference run, CancellationToken cancellationToken)
    {
        await judge.DemandRunAsync(Permission.Operate, run.Id, cancellationToken);
        return await inner.StopAsync(run, cancellationToken);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<RunLogEntry> GetLogAsync(RunLogQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await judge.DemandRunAsync(Permission.View, query.RunId, cancellationToken);
        await foreach (RunLogEntry entry in inner.GetLogAsync(query, cancellationToken))
        {
            yield return entry;
        }
    }

    /// <summary>Does nothing: the runs are the server's.</summary>
    public void Dispose()
    {
    }
}
