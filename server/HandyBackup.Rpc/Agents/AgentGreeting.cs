using HandyBackup.Contracts;
using HandyBackup.Rpc.Wire;

namespace HandyBackup.Rpc.Agents;

/// <summary>The server's side of an agent's hello: compares the protocol versions, lets the server decide on the rest, and tells how it went.</summary>
internal sealed class AgentGreeting(IAgentGateway inner, Action<AgentHello> onAgreed, Action<HandyBackupException> onRefused) : IAgentGateway
{
    private int _isAgreed;

    public async Task<AgentHelloReply> HelloAsync(AgentHello hello, CancellationToken cancellationToken)
    {
        try
        {
            ProtocolAgreement.Verify(Party.Agent, hello.Protocol, hello.Product, ProtocolVersion.Current, ProtocolAgreement.Product);
            AgentHelloReply reply = await inner.HelloAsync(hello, cancellationToken).ConfigureAwait(false);
            if (Interlocked.Exchange(ref _isAgreed, 1) != 0)
            {
                throw new HandyBackupException(ErrorCode.InvalidArgument, "The hello has been said already.");
            }

            onAgreed(hello);
            return reply;
        }
        catch (HandyBackupException exception)
        {
            onRefused(exception);
            throw;
        }
    }

    public Task<RenewedCertificate> RenewCertificateAsync(CertificateRenewalRequest request, CancellationToken cancellationToken) =>
        inner.RenewCertificateAsync(request, cancellationToken);

    public Task HeartbeatAsync(CancellationToken cancellationToken) => inner.HeartbeatAsync(cancellationToken);

    public void Dispose()
    {
        // The server's object is the server's.
    }
}
