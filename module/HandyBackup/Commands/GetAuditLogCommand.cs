using System.Management.Automation;
using HandyBackup.Contracts;

namespace HandyBackup.Module.Commands;

/// <summary>Lists what was done on a server, and by whom.</summary>
[Cmdlet(VerbsCommon.Get, "HBAuditLog")]
[OutputType(typeof(HBAuditEntry))]
public sealed class GetAuditLogCommand : SessionCmdlet
{
    /// <summary>Who called, with wildcards.</summary>
    [Parameter]
    [SupportsWildcards]
    public string? Caller { get; set; }

    /// <summary>What was called, with wildcards.</summary>
    [Parameter]
    [SupportsWildcards]
    public string? Action { get; set; }

    /// <summary>What it was called on, with wildcards.</summary>
    [Parameter]
    [SupportsWildcards]
    public string? Target { get; set; }

    /// <summary>How it went.</summary>
    [Parameter]
    public AuditOutcome? Outcome { get; set; }

    /// <summary>Written at or after this time.</summary>
    [Parameter]
    public DateTimeOffset? Since { get; set; }

    /// <summary>Written before this time.</summary>
    [Parameter]
    public DateTimeOffset? Before { get; set; }

    /// <summary>Only this many, the newest.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int? Last { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        HBSession session = CurrentSession;
        var query = new AuditQuery { Caller = Caller, Action = Action, Target = Target, Outcome = Outcome, Since = Since, Before = Before, Last = Last };
        await foreach (AuditEntry entry in session.Connection.AuditLog.ListAsync(query, cancellationToken))
        {
            Emit(new HBAuditEntry(entry, session));
        }
    }
}
