using HandyBackup.Contracts;

namespace HandyBackup.Rpc.Relays;

/// <summary>Sends the calls of <see cref="IItems"/> through a <see cref="CallPath"/>.</summary>
internal sealed class ItemsRelay(IItems inner, CallPath path) : IItems
{
    public IAsyncEnumerable<Item> ListAsync(ItemQuery query, CancellationToken cancellationToken) =>
        path.Stream(token => inner.ListAsync(query, token), StreamPace.Listing, cancellationToken);

    public IAsyncEnumerable<RestorePlanItem> PlanRestoreAsync(RestoreRequest request, CancellationToken cancellationToken) =>
        path.Stream(token => inner.PlanRestoreAsync(request, token), StreamPace.Listing, cancellationToken);

    public Task<Run> StartRestoreAsync(RestoreRequest request, CancellationToken cancellationToken) =>
        path.CallAsync(token => inner.StartRestoreAsync(request, token), cancellationToken);

    // The interface asks for it; what lies behind the relay belongs to the connection, or to the server.
    public void Dispose()
    {
    }
}
