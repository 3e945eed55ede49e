using PolyType;
using StreamJsonRpc;

namespace HandyBackup.Contracts;

/// <summary>What a server does for a machine that is to become an agent. Nobody has proved who he is on such a connection but the server.</summary>
[JsonRpcContract, GenerateShape(IncludeMethods = MethodShapeFlags.PublicInstance)]
public partial interface IEnrollment : IDisposable
{
    /// <summary>Must be the first call. The answer lets the machine know its server before it sends anything secret.</summary>
    Task<EnrollmentHelloReply> HelloAsync(HelloRequest request, CancellationToken cancellationToken);

    /// <summary>Makes the machine an agent.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.EnrollmentRefused"/>; with a token that is accepted, and that then stays as it was:
    /// <see cref="ErrorCode.InvalidArgument"/> for the name, <see cref="ErrorCode.AgentExists"/> or <see cref="ErrorCode.CertificateRequestInvalid"/>.</exception>
    Task<EnrolledAgent> EnrollAsync(EnrollAgentRequest request, CancellationToken cancellationToken);
}
