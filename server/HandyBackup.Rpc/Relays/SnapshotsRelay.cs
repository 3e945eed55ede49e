using HandyBackup.Contracts;
using HandyBackup.Rpc.Streams;

namespace HandyBackup.Rpc.Relays;

/// <summary>Sends the calls of <see cref="ISnapshots"/> through a <see cref="CallPath"/>.</summary>
internal sealed class SnapshotsRelay(ISnapshots inner, CallPath path) : ISnapshots
{
    public IAsyncEnumerable<SnapshotInfo> ListAsync(SnapshotQuery query, CancellationToken cancellationToken) =>
        path.Stream(token => inner.ListAsync(query, token), StreamPace.Listing, cancellationToken, query);

    public Task RemoveAsync(SnapshotReference snapshot, CancellationToken cancellationToken) =>
        path.CallAsync(token => inner.RemoveAsync(snapshot, token), cancellationToken, snapshot);

    public Task<SnapshotInfo> RestoreAsync(SnapshotReference snapshot, CancellationToken cancellationToken) =>
        path.CallAsync(token => inner.RestoreAsync(snapshot, token), cancellationToken, snapshot);

    public Task<Run> StartCopyAsync(CopySnapshotRequest request, CancellationToken cancellationToken) =>
        path.CallAsync(token => inner.StartCopyAsync(request, token), cancellationToken, request);

    public IAsyncEnumerable<ItemDifference> CompareAsync(CompareSnapshotsRequest request, CancellationToken cancellationToken) =>
        path.Stream(token => inner.CompareAsync(request, token), StreamPace.Listing, cancellationToken, request);

    // The interface asks for it; what lies behind the relay belongs to the connection, or to the server.
    public void Dispose()
    {
    }
}
