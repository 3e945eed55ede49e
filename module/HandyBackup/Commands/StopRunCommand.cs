using System.Management.Automation;
using HandyBackup.Contracts;
using HandyBackup.Module.Completion;

namespace HandyBackup.Module.Commands;

/// <summary>Stops a run.</summary>
[Cmdlet(VerbsLifecycle.Stop, "HBRun", SupportsShouldProcess = true)]
[OutputType(typeof(HBRun))]
public sealed class StopRunCommand : SessionCmdlet
{
    /// <summary>The run.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Id")]
    [ObjectProperty("RunId")]
    [ArgumentCompleter(typeof(RunIdCompleter))]
    public Guid RunId { get; set; }

    /// <summary>Return the stopped run.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        HBSession session = CurrentSession;
        if (Confirm(RunId.ToString(), "Stop run"))
        {
            Run run = await session.Connection.Runs.StopAsync(new RunReference(RunId), cancellationToken);
            if (PassThru)
            {
                Emit(new HBRun(run, session));
            }
        }
    }
}
