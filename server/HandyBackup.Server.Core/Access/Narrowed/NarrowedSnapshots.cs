using System.Runtime.CompilerServices;
using HandyBackup.Contracts;

namespace HandyBackup.Server.Core;

/// <summary>The snapshots that a caller may see, and what it may do with them.</summary>
internal sealed class NarrowedSnapshots(ISnapshots inner, AccessJudge judge) : ISnapshots
{
    /// <inheritdoc/>
    public async IAsyncEnumerable<SnapshotInfo> ListAsync(SnapshotQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        AccessScope scope = await judge.OpenScopeAsync(cancellationToken);
        await using IAsyncEnumerator<SnapshotInfo> all = inner.ListAsync(query, cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (await MoveNextAsync(all, scope))
        {
            if (await scope.CoversAsync(Permission.View, new AccessSubject(all.Current.Agent, all.Current.Repository), cancellationToken))
            {
                yield return all.Current;
            }
        }
    }

    /// <inheritdoc/>
    public async Task RemoveAsync(SnapshotReference snapshot, CancellationToken cancellationToken) =>
        await inner.RemoveAsync(await judge.DemandSnapshotAsync(Permission.RemoveData, snapshot, isRemoved: false, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public async Task<SnapshotInfo> RestoreAsync(SnapshotReference snapshot, CancellationToken cancellationToken) =>
        await inner.RestoreAsync(await judge.DemandSnapshotAsync(Permission.RemoveData, snapshot, isRemoved: true, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public async Task<Run> StartCopyAsync(CopySnapshotRequest request, CancellationToken cancellationToken)
    {
        SnapshotReference source = await judge.DemandSnapshotAsync(Permission.Operate, request.Snapshot, isRemoved: false, cancellationToken);
        await judge.DemandRepositoryAsync(Permission.Operate, request.Target, cancellationToken);
        return await inner.StartCopyAsync(request with { Snapshot = source }, cancellationToken);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ItemDifference> CompareAsync(CompareSnapshotsRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        CompareSnapshotsRequest judged = request with
        {
            Reference = await judge.DemandSnapshotAsync(Permission.Browse, request.Reference, isRemoved: false, cancellationToken),
            Difference = await judge.DemandSnapshotAsync(Permission.Browse, request.Difference, isRemoved: false, cancellationToken),
        };
        await foreach (ItemDifference difference in inner.CompareAsync(judged, cancellationToken))
        {
            yield return difference;
        }
    }

    /// <summary>Does nothing: the snapshots are the server's.</summary>
    public void Dispose()
    {
    }

    // The error at the end of a listing names what could not be read: no news for whoever may not see it.
    private static async Task<bool> MoveNextAsync(IAsyncEnumerator<SnapshotInfo> all, AccessScope scope)
    {
        try
        {
            return await all.MoveNextAsync();
        }
        catch (HandyBackupException exception) when (exception.Code != ErrorCode.InvalidArgument && !scope.IsEverything(Permission.View))
        {
            throw new HandyBackupException(exception.Code, "Not all snapshots could be read.") { Advice = "Ask an administrator of the server: others may be missing from the list.", IsTransient = exception.IsTransient };
        }
    }
}
