using System.Management.Automation;
using HandyBackup.Contracts;
using HandyBackup.Module.Completion;

namespace HandyBackup.Module.Commands;

/// <summary>Starts a run of a task.</summary>
[Cmdlet(VerbsLifecycle.Start, "HBTask", SupportsShouldProcess = true)]
[OutputType(typeof(HBRun))]
public sealed class StartTaskCommand : RunFollowingCmdlet
{
    /// <summary>The task.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Task")]
    [ObjectProperty("Task")]
    [ArgumentCompleter(typeof(TaskNameCompleter))]
    public string Name { get; set; } = "";

    /// <summary>Read every file again, however unchanged it looks.</summary>
    [Parameter]
    public SwitchParameter Full { get; set; }

    /// <summary>Show progress and return when the run has ended.</summary>
    [Parameter]
    public SwitchParameter Wait { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        HBSession session = CurrentSession;
        if (!Confirm(Name, Full ? "Start task, read everything" : "Start task"))
        {
            return;
        }

        Run run = await session.Connection.Tasks.StartAsync(new StartTaskRequest { Name = Name, Full = Full }, cancellationToken);
        if (Wait)
        {
            EmitEnded(await FollowAsync(run, session, cancellationToken), session);
        }
        else
        {
            Emit(new HBRun(run, session));
        }
    }
}
