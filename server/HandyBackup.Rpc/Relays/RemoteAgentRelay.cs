using HandyBackup.Contracts;
using HandyBackup.Rpc.Streams;

namespace HandyBackup.Rpc.Relays;

/// <summary>Sends the calls of <see cref="IRemoteAgent"/> through a <see cref="CallPath"/>.</summary>
internal sealed class RemoteAgentRelay(IRemoteAgent inner, CallPath path) : IRemoteAgent
{
    public Task<AgentDescription> DescribeAsync(CancellationToken cancellationToken) =>
        path.CallAsync(inner.DescribeAsync, cancellationToken);

    public Task ValidateAsync(SourceSelection selection, CancellationToken cancellationToken) =>
        path.CallAsync(token => inner.ValidateAsync(selection, token), cancellationToken);

    public IAsyncEnumerable<Item> ListItemsAsync(LiveItemQuery query, CancellationToken cancellationToken) =>
        path.Stream(token => inner.ListItemsAsync(query, token), StreamPace.Listing, cancellationToken);

    public Task<BackupOutcome> BackupAsync(RemoteBackupOrder order, CancellationToken cancellationToken) =>
        path.CallAsync(token => inner.BackupAsync(order, token), cancellationToken);

    public IAsyncEnumerable<RestorePlanItem> PlanRestoreAsync(RemoteRestoreOrder order, CancellationToken cancellationToken) =>
        path.Stream(token => inner.PlanRestoreAsync(order, token), StreamPace.Listing, cancellationToken);

    public Task<RestoreOutcome> RestoreAsync(RemoteRestoreOrder order, CancellationToken cancellationToken) =>
        path.CallAsync(token => inner.RestoreAsync(order, token), cancellationToken);

    public IAsyncEnumerable<ReadOnlyMemory<byte>> ReadContentAsync(LiveContentQuery query, CancellationToken cancellationToken) =>
        path.Content(token => inner.ReadContentAsync(query, token), cancellationToken);

    public Task<WrittenItem> WriteFileAsync(ItemWriteOrder order, IAsyncEnumerable<ReadOnlyMemory<byte>> content, CancellationToken cancellationToken) =>
        path.SendAsync(content, (travelling, token) => inner.WriteFileAsync(order, travelling, token), cancellationToken);

    public Task<WrittenItem> WriteFolderAsync(ItemWriteOrder order, CancellationToken cancellationToken) =>
        path.CallAsync(token => inner.WriteFolderAsync(order, token), cancellationToken);

    public IAsyncEnumerable<ItemRemoval> RemoveItemsAsync(RemovalOrder order, CancellationToken cancellationToken) =>
        path.Stream(token => inner.RemoveItemsAsync(order, token), StreamPace.Listing, cancellationToken);

    // The interface asks for it; what lies behind the relay belongs to the connection, or to the agent.
    public void Dispose()
    {
    }
}
