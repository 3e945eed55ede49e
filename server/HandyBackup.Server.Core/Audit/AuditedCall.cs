using HandyBackup.Catalog;
using HandyBackup.Contracts;

namespace HandyBackup.Server.Core;

/// <summary>A call whose beginning is in the audit log.</summary>
internal sealed class AuditedCall(AuditTrail trail, AuditRecord begun)
{
    /// <summary>How the audit log tells of a call that failed.</summary>
    public static (AuditOutcome Outcome, ErrorCode? Error) Describe(Exception failure)
    {
        ErrorCode code = failure is OperationCanceledException ? ErrorCode.Cancelled : ErrorTranslation.Describe(failure).Code;
        return (code == ErrorCode.AccessRefused ? AuditOutcome.Refused : AuditOutcome.Failed, code);
    }

    /// <summary>Notes how the call ended. Nothing stops it: what was done was done.</summary>
    public Task EndAsync(AuditOutcome outcome, ErrorCode? error) =>
        trail.AddAsync(begun with { Outcome = outcome, Error = error, Begun = begun.Number }, CancellationToken.None);

    /// <summary>Notes that the call failed, and with what.</summary>
    public Task EndAsync(Exception failure)
    {
        (AuditOutcome outcome, ErrorCode? error) = Describe(failure);
        return EndAsync(outcome, error);
    }
}
