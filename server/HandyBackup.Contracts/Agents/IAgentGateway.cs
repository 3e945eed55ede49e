using PolyType;
using StreamJsonRpc;

namespace HandyBackup.Contracts;

/// <summary>What a server does for an agent on another machine. One object belongs to one agent's connection.</summary>
[JsonRpcContract, GenerateShape(IncludeMethods = MethodShapeFlags.PublicInstance)]
public partial interface IAgentGateway : IDisposable
{
    /// <summary>Must be the first call; every other call before it is refused with <see cref="ErrorCode.ProtocolMismatch"/>.</summary>
    /// <exception cref="HandyBackupException">The agent is not wanted, for instance because it was suspended, or its certificate is not good.</exception>
    Task<AgentHelloReply> HelloAsync(AgentHello hello, CancellationToken cancellationToken);

    /// <summary>Gives the agent a new certificate. The one that it connected with stays good until the new one was used.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.CertificateRequestInvalid"/>, <see cref="ErrorCode.CertificateAuthorityExpired"/>, or
    /// <see cref="ErrorCode.AgentCertificateSuperseded"/> if the agent must not go on with the certificate that it used.</exception>
    Task<RenewedCertificate> RenewCertificateAsync(CertificateRenewalRequest request, CancellationToken cancellationToken);

    /// <summary>Does nothing: who hears the question and who hears the answer know that the connection lives.</summary>
    Task HeartbeatAsync(CancellationToken cancellationToken);
}
