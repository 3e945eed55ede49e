using HandyBackup.Contracts;
using HandyBackup.Rpc.Streams;

namespace HandyBackup.Rpc.Relays;

/// <summary>Sends the calls of <see cref="IRemovalRequests"/> through a <see cref="CallPath"/>.</summary>
internal sealed class RemovalRequestsRelay(IRemovalRequests inner, CallPath path) : IRemovalRequests
{
    public IAsyncEnumerable<RemovalRequest> ListAsync(CancellationToken cancellationToken) =>
        path.Stream(inner.ListAsync, StreamPace.Listing, cancellationToken);

    public Task ApproveAsync(RemovalRequestReference request, CancellationToken cancellationToken) =>
        path.CallAsync(token => inner.ApproveAsync(request, token), cancellationToken, request);

    public Task DenyAsync(RemovalRequestReference request, CancellationToken cancellationToken) =>
        path.CallAsync(token => inner.DenyAsync(request, token), cancellationToken, request);

    public Task<RemovalPolicy> GetPolicyAsync(CancellationToken cancellationToken) =>
        path.CallAsync(inner.GetPolicyAsync, cancellationToken);

    public Task SetPolicyAsync(RemovalPolicy policy, CancellationToken cancellationToken) =>
        path.CallAsync(token => inner.SetPolicyAsync(policy, token), cancellationToken, policy);

    // The interface asks for it; what lies behind the relay belongs to the connection, or to the server.
    public void Dispose()
    {
    }
}
