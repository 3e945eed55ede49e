using PolyType;
using StreamJsonRpc;

namespace HandyBackup.Contracts;

/// <summary>What one administrator wants to remove and another must approve, if the server is set to ask.</summary>
[JsonRpcContract, GenerateShape(IncludeMethods = MethodShapeFlags.PublicInstance)]
public partial interface IRemovalRequests : IDisposable
{
    /// <summary>Lists what waits to be approved, oldest first.</summary>
    [Requires(Permission.ApproveRemoval)]
    IAsyncEnumerable<RemovalRequest> ListAsync(CancellationToken cancellationToken);

    /// <summary>Approves a request: what it asks for is done before this returns.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.RemovalRequestNotFound"/>, <see cref="ErrorCode.ApprovalRefused"/>, or what went wrong when it was carried out.</exception>
    [Requires(Permission.ApproveRemoval)]
    Task ApproveAsync(RemovalRequestReference request, CancellationToken cancellationToken);

    /// <summary>Denies a request, or takes back an own one.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.RemovalRequestNotFound"/>.</exception>
    [Requires(Permission.ApproveRemoval)]
    Task DenyAsync(RemovalRequestReference request, CancellationToken cancellationToken);

    /// <summary>Whether a second administrator must approve what removes data.</summary>
    [Requires(Permission.View)]
    Task<RemovalPolicy> GetPolicyAsync(CancellationToken cancellationToken);

    /// <summary>Sets whether a second administrator must approve what removes data.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.ApprovalNeeded"/> if it is on and is to be off.</exception>
    [Requires(Permission.ManageAccess)]
    Task SetPolicyAsync(RemovalPolicy policy, CancellationToken cancellationToken);
}
