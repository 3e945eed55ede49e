using PolyType;
using StreamJsonRpc;

namespace HandyBackup.Contracts;

/// <summary>The tokens by which scripts use the server over a network.</summary>
[JsonRpcContract, GenerateShape(IncludeMethods = MethodShapeFlags.PublicInstance)]
public partial interface IApiTokens : IDisposable
{
    /// <summary>Makes a token. This is the only time that it is shown.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.InvalidArgument"/>, <see cref="ErrorCode.ApiTokenExists"/>, <see cref="ErrorCode.AgentNotFound"/> or
    /// <see cref="ErrorCode.RepositoryNotFound"/>.</exception>
    [Requires(Permission.ManageAccess)]
    Task<NewApiToken> CreateAsync(CreateApiTokenRequest request, CancellationToken cancellationToken);

    /// <summary>Lists tokens by name, expired ones included.</summary>
    [Requires(Permission.ManageAccess)]
    IAsyncEnumerable<ApiTokenInfo> ListAsync(ApiTokenQuery query, CancellationToken cancellationToken);

    /// <summary>Removes a token and ends its connections.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.ApiTokenNotFound"/>.</exception>
    [Requires(Permission.ManageAccess)]
    Task RemoveAsync(ApiTokenReference apiToken, CancellationToken cancellationToken);
}
