using System.Management.Automation;
using HandyBackup.Contracts;
using HandyBackup.Module.Completion;

namespace HandyBackup.Module.Commands;

/// <summary>Stops the run of a task that is under way.</summary>
[Cmdlet(VerbsLifecycle.Stop, "HBTask", SupportsShouldProcess = true)]
[OutputType(typeof(HBRun))]
public sealed class StopTaskCommand : SessionCmdlet
{
    /// <summary>The task.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Task")]
    [ObjectProperty("Task")]
    [ArgumentCompleter(typeof(TaskNameCompleter))]
    public string Name { get; set; } = "";

    /// <summary>Return the stopped run.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        HBSession session = CurrentSession;
        Run? run = await FindRunAsync(session, cancellationToken);
        if (run is not { Ended: null })
        {
            throw new HandyBackupException(ErrorCode.RunNotActive, $"No run of the task '{Name}' is under way.") { Target = Name };
        }

        if (Confirm(Name, "Stop task"))
        {
            Run stopped = await session.Connection.Runs.StopAsync(new RunReference(run.Id), cancellationToken);
            if (PassThru)
            {
                Emit(new HBRun(stopped, session));
            }
        }
    }

    private async Task<Run?> FindRunAsync(HBSession session, CancellationToken cancellationToken)
    {
        await foreach (TaskInfo task in session.Connection.Tasks.ListAsync(new TaskQuery { Name = Name }, cancellationToken))
        {
            if (string.Equals(task.Definition.Name, Name, StringComparison.OrdinalIgnoreCase))
            {
                return task.LastRun;
            }
        }

        throw NotFound.Task(Name);
    }
}
