using PolyType;
using StreamJsonRpc;

namespace HandyBackup.Contracts;

/// <summary>What was done on the server, and by whom. Nothing is ever taken out.</summary>
[JsonRpcContract, GenerateShape(IncludeMethods = MethodShapeFlags.PublicInstance)]
public partial interface IAuditLog : IDisposable
{
    /// <summary>Lists entries, newest first.</summary>
    [Requires(Permission.ReadAuditLog)]
    IAsyncEnumerable<AuditEntry> ListAsync(AuditQuery query, CancellationToken cancellationToken);

    /// <summary>Verifies that no entry was altered, removed, inserted or moved.</summary>
    [Requires(Permission.ReadAuditLog)]
    Task<AuditVerification> VerifyAsync(VerifyAuditRequest request, CancellationToken cancellationToken);
}
