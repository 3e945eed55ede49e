using PolyType;
using StreamJsonRpc;

namespace HandyBackup.Contracts;

/// <summary>The tokens with which machines become agents.</summary>
[JsonRpcContract, GenerateShape(IncludeMethods = MethodShapeFlags.PublicInstance)]
public partial interface IEnrollmentTokens : IDisposable
{
    /// <summary>Makes a token.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.InvalidArgument"/>, <see cref="ErrorCode.AgentGroupNotFound"/> or <see cref="ErrorCode.AgentNotFound"/>.</exception>
    [Requires(Permission.ManageAgents)]
    Task<NewEnrollmentToken> CreateAsync(NewEnrollmentTokenRequest request, CancellationToken cancellationToken);

    /// <summary>Lists all tokens, newest first, those that are of no more use included.</summary>
    [Requires(Permission.ManageAgents)]
    IAsyncEnumerable<EnrollmentTokenInfo> ListAsync(CancellationToken cancellationToken);

    /// <summary>Revokes a token: from now on nobody enrols with it. Agents that did are not touched.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.EnrollmentTokenNotFound"/>.</exception>
    [Requires(Permission.ManageAgents)]
    Task RevokeAsync(EnrollmentTokenReference token, CancellationToken cancellationToken);
}
