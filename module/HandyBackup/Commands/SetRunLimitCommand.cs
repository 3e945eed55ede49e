using System.Management.Automation;
using HandyBackup.Contracts;

namespace HandyBackup.Module.Commands;

/// <summary>Sets how many runs work at once. It counts from now on.</summary>
[Cmdlet(VerbsCommon.Set, "HBRunLimit", SupportsShouldProcess = true)]
[OutputType(typeof(HBRunLimit))]
public sealed class SetRunLimitCommand : SessionCmdlet
{
    /// <summary>On the whole server.</summary>
    [Parameter(Position = 0)]
    [ValidateRange(1, RunLimits.Maximum)]
    public int? Total { get; set; }

    /// <summary>On one repository.</summary>
    [Parameter]
    [ValidateRange(1, RunLimits.Maximum)]
    public int? PerRepository { get; set; }

    /// <summary>On one agent.</summary>
    [Parameter]
    [ValidateRange(1, RunLimits.Maximum)]
    public int? PerAgent { get; set; }

    /// <summary>Return the limits as they are now.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        HBSession session = CurrentSession;
        if (Confirm("server", "Set how many runs work at once"))
        {
            var request = new SetRunLimitsRequest { Total = Total, PerRepository = PerRepository, PerAgent = PerAgent };
            RunLimits limits = await session.Connection.Settings.SetRunLimitsAsync(request, cancellationToken);
            if (PassThru)
            {
                Emit(new HBRunLimit(limits, session));
            }
        }
    }
}
