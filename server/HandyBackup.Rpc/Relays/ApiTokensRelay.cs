using HandyBackup.Contracts;
using HandyBackup.Rpc.Streams;

namespace HandyBackup.Rpc.Relays;

/// <summary>Sends the calls of <see cref="IApiTokens"/> through a <see cref="CallPath"/>.</summary>
internal sealed class ApiTokensRelay(IApiTokens inner, CallPath path) : IApiTokens
{
    public Task<NewApiToken> CreateAsync(CreateApiTokenRequest request, CancellationToken cancellationToken) =>
        path.CallAsync(token => inner.CreateAsync(request, token), cancellationToken, request);

    public IAsyncEnumerable<ApiTokenInfo> ListAsync(ApiTokenQuery query, CancellationToken cancellationToken) =>
        path.Stream(token => inner.ListAsync(query, token), StreamPace.Listing, cancellationToken, query);

    public Task RemoveAsync(ApiTokenReference apiToken, CancellationToken cancellationToken) =>
        path.CallAsync(token => inner.RemoveAsync(apiToken, token), cancellationToken, apiToken);

    // The interface asks for it; what lies behind the relay belongs to the connection, or to the server.
    public void Dispose()
    {
    }
}
