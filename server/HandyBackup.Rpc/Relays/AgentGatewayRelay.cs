using HandyBackup.Contracts;

namespace HandyBackup.Rpc.Relays;

/// <summary>Sends the calls of <see cref="IAgentGateway"/> through a <see cref="CallPath"/>.</summary>
internal sealed class AgentGatewayRelay(IAgentGateway inner, CallPath path) : IAgentGateway
{
    public Task<AgentHelloReply> HelloAsync(AgentHello hello, CancellationToken cancellationToken) =>
        path.CallAsync(token => inner.HelloAsync(hello, token), cancellationToken);

    public Task<RenewedCertificate> RenewCertificateAsync(CertificateRenewalRequest request, CancellationToken cancellationToken) =>
        path.CallAsync(token => inner.RenewCertificateAsync(request, token), cancellationToken);

    public Task HeartbeatAsync(CancellationToken cancellationToken) =>
        path.CallAsync(inner.HeartbeatAsync, cancellationToken);

    // The interface asks for it; what lies behind the relay belongs to the connection, or to the server.
    public void Dispose()
    {
    }
}
