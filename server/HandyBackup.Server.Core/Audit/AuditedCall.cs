using HandyBackup.Catalog;
using HandyBackup.Contracts;

namespace HandyBackup.Server.Core;

/// <summary>A call whose beginning is in the audit log.</summary>
internal sealed class AuditedCall(AuditTrail trail, AuditRecord begun)
{
    /// <summary>Notes how the call ended. Nothing stops it: what was done was done.</summary>
    public Task EndAsync(AuditOutcome outcome, ErrorCode? error) =>
        trail.AddAsync(begun with { Outcome = outcome, Error = error, Begun = begun.Number }, CancellationToken.None);
}
