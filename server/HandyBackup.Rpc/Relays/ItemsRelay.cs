using HandyBackup.Contracts;
using HandyBackup.Rpc.Streams;

namespace HandyBackup.Rpc.Relays;

/// <summary>Sends the calls of <see cref="IItems"/> through a <see cref="CallPath"/>.</summary>
internal sealed class ItemsRelay(IItems inner, CallPath path) : IItems
{
    public IAsyncEnumerable<Item> ListAsync(ItemQuery query, CancellationToken cancellationToken) =>
        path.Stream(token => inner.ListAsync(query, token), StreamPace.Listing, cancellationToken, query);

    public IAsyncEnumerable<RestorePlanItem> PlanRestoreAsync(RestoreRequest request, CancellationToken cancellationToken) =>
        path.Stream(token => inner.PlanRestoreAsync(request, token), StreamPace.Listing, cancellationToken, request);

    public Task<Run> StartRestoreAsync(RestoreRequest request, CancellationToken cancellationToken) =>
        path.CallAsync(token => inner.StartRestoreAsync(request, token), cancellationToken, request);

    public IAsyncEnumerable<ReadOnlyMemory<byte>> ReadLiveAsync(LiveContentRequest request, CancellationToken cancellationToken) =>
        path.Content(token => inner.ReadLiveAsync(request, token), cancellationToken, request);

    public IAsyncEnumerable<ReadOnlyMemory<byte>> ReadStoredAsync(StoredContentRequest request, CancellationToken cancellationToken) =>
        path.Content(token => inner.ReadStoredAsync(request, token), cancellationToken, request);

    public Task<WrittenItem> WriteFileAsync(WriteItemRequest request, IAsyncEnumerable<ReadOnlyMemory<byte>> content, CancellationToken cancellationToken) =>
        path.SendAsync(content, (travelling, token) => inner.WriteFileAsync(request, travelling, token), cancellationToken, request);

    public Task<WrittenItem> WriteFolderAsync(WriteItemRequest request, CancellationToken cancellationToken) =>
        path.CallAsync(token => inner.WriteFolderAsync(request, token), cancellationToken, request);

    public Task<WrittenItem> CopyFileAsync(CopyFileRequest request, CancellationToken cancellationToken) =>
        path.CallAsync(token => inner.CopyFileAsync(request, token), cancellationToken, request);

    public IAsyncEnumerable<ItemRemoval> RemoveAsync(RemoveItemsRequest request, CancellationToken cancellationToken) =>
        path.Stream(token => inner.RemoveAsync(request, token), StreamPace.Listing, cancellationToken, request);

    // The interface asks for it; what lies behind the relay belongs to the connection, or to the server.
    public void Dispose()
    {
    }
}
