using System.Management.Automation;
using HandyBackup.Contracts;

namespace HandyBackup.Module.Commands;

/// <summary>Removes from a repository what no snapshot needs.</summary>
[Cmdlet(VerbsCommon.Optimize, "HBRepository", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(HBRepositoryOptimization), typeof(HBRun))]
public sealed class OptimizeRepositoryCommand : RepositoryRunCmdlet
{
    /// <summary>How much unneeded data may stay in packs that are partly needed, in percent of the repository.</summary>
    [Parameter]
    [ValidateRange(0.0, 100.0)]
    public double? MaxUnused { get; set; }

    /// <summary>Do not check the repository afterwards, with the share of its data that is due.</summary>
    [Parameter]
    public SwitchParameter NoVerify { get; set; }

    /// <summary>Go on although snapshots are missing that this server did not remove, or none is left.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        HBSession session = CurrentSession;
        if (!Confirm(Name, "Remove what no snapshot needs", out bool isWhatIf) && !isWhatIf)
        {
            return;
        }

        var request = new OptimizeRepositoryRequest { Name = Name, MaxUnused = MaxUnused, Force = Force, PlanOnly = isWhatIf, NoVerify = NoVerify };
        Run run = await session.Connection.Repositories.StartOptimizeAsync(request, cancellationToken);
        if (NoWait && !isWhatIf)
        {
            Emit(new HBRun(run, session));
            return;
        }

        run = await FollowAsync(run, session, cancellationToken);
        if (run.Optimization is { } optimization)
        {
            Emit(new HBRepositoryOptimization(optimization, new HBRun(run, session)));
        }

        ReportOutcome(run);
    }
}
