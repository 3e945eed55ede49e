using HandyBackup.Contracts;

namespace HandyBackup.Rpc.Tests.Agents.Kit;

/// <summary>What a server does for an agent; a test may refuse the hello.</summary>
internal sealed class ScriptedGateway : IAgentGateway
{
    private int _heartbeats;

    public Func<AgentHello, AgentHelloReply> OnHello { get; set; } = hello => new AgentHelloReply
    {
        Protocol = ProtocolVersion.Current,
        Product = "Test server 1.0",
        Capabilities = hello.Capabilities,
        Name = "box",
        Kind = AgentKind.Workstation,
    };

    public Func<CertificateRenewalRequest, RenewedCertificate> OnRenew { get; set; } = _ => throw new NotSupportedException();

    public int Heartbeats => _heartbeats;

    public Task<AgentHelloReply> HelloAsync(AgentHello hello, CancellationToken cancellationToken) => Task.FromResult(OnHello(hello));

    public Task<RenewedCertificate> RenewCertificateAsync(CertificateRenewalRequest request, CancellationToken cancellationToken) => Task.FromResult(OnRenew(request));

    public Task HeartbeatAsync(CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _heartbeats);
        return Task.CompletedTask;
    }

    public void Dispose()
    {
    }
}
