using System.Management.Automation;
using HandyBackup.Contracts;

namespace HandyBackup.Module.Commands;

/// <summary>Verifies that nothing in the audit log was altered, removed, inserted or moved.</summary>
[Cmdlet(VerbsDiagnostic.Test, "HBAuditLog")]
[OutputType(typeof(HBAuditVerification))]
public sealed class TestAuditLogCommand : SessionCmdlet
{
    /// <summary>An entry that was noted elsewhere.</summary>
    [Parameter]
    public long? Number { get; set; }

    /// <summary>The hash of that entry.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Hash { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        HBSession session = CurrentSession;
        AuditVerification found = await session.Connection.AuditLog.VerifyAsync(new VerifyAuditRequest { Number = Number, Hash = Hash }, cancellationToken);
        Emit(new HBAuditVerification(found, session));
        if (!found.IsSound)
        {
            Report(new HandyBackupException(ErrorCode.AuditLogDamaged, found.Findings[0])
            {
                Target = session.ToString(),
                Advice = "Somebody has changed the server's catalog past the server. The property Findings has all that was found.",
            });
        }
    }
}
