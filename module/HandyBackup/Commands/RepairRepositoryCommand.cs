using System.Management.Automation;
using HandyBackup.Contracts;
using HandyBackup.Module.Completion;

namespace HandyBackup.Module.Commands;

/// <summary>Repairs a repository.</summary>
[Cmdlet(VerbsDiagnostic.Repair, "HBRepository", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(HBRepositoryRepair), typeof(HBRun))]
public sealed class RepairRepositoryCommand : RepositoryRunCmdlet
{
    // The log has all of them; an object should stay an object.
    private const int MaximumFindings = 100;

    /// <summary>Another repository that lost content is taken from.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(RepositoryNameCompleter))]
    public string? From { get; set; }

    /// <summary>Only give parity to files that have none, and remove parity whose file is gone.</summary>
    [Parameter]
    public SwitchParameter AddParity { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        HBSession session = CurrentSession;
        bool confirmed = Confirm(Name, AddParity ? "Add parity" : "Repair repository", out bool isWhatIf);
        if (!confirmed && !isWhatIf)
        {
            return;
        }

        var request = new RepairRepositoryRequest { Name = Name, PlanOnly = isWhatIf, OnlyAddParity = AddParity, From = From };
        Run run = await session.Connection.Repositories.StartRepairAsync(request, cancellationToken);
        if (NoWait && !isWhatIf)
        {
            Emit(new HBRun(run, session));
            return;
        }

        run = await FollowAsync(run, session, cancellationToken);
        await EmitResultAsync(run, isWhatIf, session, cancellationToken);
    }

    private async Task EmitResultAsync(Run run, bool isPlan, HBSession session, CancellationToken cancellationToken)
    {
        var findings = new List<HBRunLogEntry>();
        await foreach (RunLogEntry entry in session.Connection.Runs.GetLogAsync(new RunLogQuery { RunId = run.Id }, cancellationToken))
        {
            if (findings.Count < MaximumFindings)
            {
                findings.Add(new HBRunLogEntry(entry, session));
            }
        }

        if (run.Progress.Repair is { } totals)
        {
            Emit(new HBRepositoryRepair(new HBRun(run, session), totals, isPlan, [.. findings]));
        }

        ReportOutcome(run);
    }
}
