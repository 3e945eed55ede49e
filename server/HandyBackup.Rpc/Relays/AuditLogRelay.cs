using HandyBackup.Contracts;
using HandyBackup.Rpc.Streams;

namespace HandyBackup.Rpc.Relays;

/// <summary>Sends the calls of <see cref="IAuditLog"/> through a <see cref="CallPath"/>.</summary>
internal sealed class AuditLogRelay(IAuditLog inner, CallPath path) : IAuditLog
{
    public IAsyncEnumerable<AuditEntry> ListAsync(AuditQuery query, CancellationToken cancellationToken) =>
        path.Stream(token => inner.ListAsync(query, token), StreamPace.Listing, cancellationToken, query);

    public Task<AuditVerification> VerifyAsync(VerifyAuditRequest request, CancellationToken cancellationToken) =>
        path.CallAsync(token => inner.VerifyAsync(request, token), cancellationToken, request);

    // The interface asks for it; what lies behind the relay belongs to the connection, or to the server.
    public void Dispose()
    {
    }
}
