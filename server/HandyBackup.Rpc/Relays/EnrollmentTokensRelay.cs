using HandyBackup.Contracts;
using HandyBackup.Rpc.Streams;

namespace HandyBackup.Rpc.Relays;

/// <summary>Sends the calls of <see cref="IEnrollmentTokens"/> through a <see cref="CallPath"/>.</summary>
internal sealed class EnrollmentTokensRelay(IEnrollmentTokens inner, CallPath path) : IEnrollmentTokens
{
    public Task<NewEnrollmentToken> CreateAsync(NewEnrollmentTokenRequest request, CancellationToken cancellationToken) =>
        path.CallAsync(token => inner.CreateAsync(request, token), cancellationToken, request);

    public IAsyncEnumerable<EnrollmentTokenInfo> ListAsync(CancellationToken cancellationToken) =>
        path.Stream(inner.ListAsync, StreamPace.Listing, cancellationToken);

    public Task RevokeAsync(EnrollmentTokenReference token, CancellationToken cancellationToken) =>
        path.CallAsync(stop => inner.RevokeAsync(token, stop), cancellationToken, token);

    // The interface asks for it; what lies behind the relay belongs to the connection, or to the server.
    public void Dispose()
    {
    }
}
