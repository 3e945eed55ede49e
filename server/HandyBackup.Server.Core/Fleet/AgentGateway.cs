using System.Net;
using System.Security.Cryptography.X509Certificates;
using HandyBackup.Contracts;

namespace HandyBackup.Server.Core;

/// <summary>What the server does for one agent on its connection. Its hello has the last word on whether the agent is served.</summary>
internal sealed class AgentGateway(FleetParts fleet, X509Certificate2? certificate, IPAddress? address) : IAgentGateway
{
    // None yet: everything that this version knows belongs to the protocol itself.
    private static readonly string[] s_capabilities = [];

    /// <summary>Who the agent is; null until it was admitted.</summary>
    public AgentIdentity? Identity { get; private set; }

    /// <inheritdoc/>
    public async Task<AgentHelloReply> HelloAsync(AgentHello hello, CancellationToken cancellationToken)
    {
        AgentVerdict verdict = await fleet.Check.AdmitAsync(certificate, address?.ToString(), cancellationToken);
        Identity = verdict.Agent?.Identity ?? throw verdict.Refusal!.ToException();
        return new AgentHelloReply
        {
            Protocol = ProtocolVersion.Current,
            Product = ProductVersion.Product,
            Capabilities = [.. s_capabilities.Intersect(hello.Capabilities)],
            Name = Identity.Name,
            Kind = Identity.Kind,
        };
    }

    /// <inheritdoc/>
    public async Task<RenewedCertificate> RenewCertificateAsync(CertificateRenewalRequest request, CancellationToken cancellationToken) =>
        new(await fleet.Enrollment.RenewAsync(Identity!.Id, AgentCertificates.SerialOf(certificate!), request.CertificateRequest, cancellationToken));

    /// <inheritdoc/>
    public Task HeartbeatAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Does nothing: what is behind it serves all connections.</summary>
    public void Dispose()
    {
    }
}
