using HandyBackup.Catalog;
using HandyBackup.Contracts;

namespace HandyBackup.Server.Core;

/// <summary>Snapshots whose removal a second administrator approves, if the server is set so.</summary>
internal sealed class ApprovedSnapshots(ISnapshots inner, SnapshotDirectory snapshots, RemovalApproval approval, PanelVisitor visitor) : ISnapshots
{
    /// <inheritdoc/>
    public IAsyncEnumerable<SnapshotInfo> ListAsync(SnapshotQuery query, CancellationToken cancellationToken) => inner.ListAsync(query, cancellationToken);

    /// <inheritdoc/>
    public async Task RemoveAsync(SnapshotReference snapshot, CancellationToken cancellationToken)
    {
        if (await approval.IsNeededAsync(cancellationToken))
        {
            (RepositoryRecord repository, SnapshotId id) = await snapshots.FindAsync(snapshot, cancellationToken);
            throw await approval.RequestAsync(
                await visitor.GetCallerAsync(cancellationToken),
                RemovalKind.RemoveSnapshot,
                $"snapshot {id} of {repository.Name}",
                new RemovalArguments { RepositoryId = repository.Id, SnapshotId = id.ToString() },
                cancellationToken);
        }

        await inner.RemoveAsync(snapshot, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<SnapshotInfo> RestoreAsync(SnapshotReference snapshot, CancellationToken cancellationToken) => inner.RestoreAsync(snapshot, cancellationToken);

    /// <inheritdoc/>
    public Task<Run> StartCopyAsync(CopySnapshotRequest request, CancellationToken cancellationToken) => inner.StartCopyAsync(request, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<ItemDifference> CompareAsync(CompareSnapshotsRequest request, CancellationToken cancellationToken) => inner.CompareAsync(request, cancellationToken);

    /// <summary>Does nothing: the snapshots are the server's.</summary>
    public void Dispose()
    {
    }
}
