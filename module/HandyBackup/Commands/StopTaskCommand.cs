using System.Management.Automation;
using HandyBackup.Contracts;
using HandyBackup.Module.Completion;

namespace HandyBackup.Module.Commands;

/// <summary>Stops what is under way of a task: its run, or the runs of all agents of its group.</summary>
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

    /// <summary>Return the stopped runs.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        HBSession session = CurrentSession;
        IReadOnlyList<Run> runs = await FindRunsAsync(session, cancellationToken);
        if (runs.Count == 0)
        {
            throw new HandyBackupException(ErrorCode.RunNotActive, $"No run of the task '{Name}' is under way.") { Target = Name };
        }

        if (!Confirm(Name, runs.Count == 1 ? "Stop task" : $"Stop {runs.Count} runs of task"))
        {
            return;
        }

        foreach (Run run in runs)
        {
            try
            {
                Run stopped = await session.Connection.Runs.StopAsync(new RunReference(run.Id), cancellationToken);
                if (PassThru)
                {
                    Emit(new HBRun(stopped, session));
                }
            }
            catch (HandyBackupException ended) when (ended.Code == ErrorCode.RunNotActive && runs.Count > 1)
            {
                // It was faster than its stop; the others are to be stopped all the same.
            }
        }
    }

    private async Task<IReadOnlyList<Run>> FindRunsAsync(HBSession session, CancellationToken cancellationToken)
    {
        await foreach (TaskInfo task in session.Connection.Tasks.ListAsync(new TaskQuery { Name = Name }, cancellationToken))
        {
            if (string.Equals(task.Definition.Name, Name, StringComparison.OrdinalIgnoreCase))
            {
                return task.Definition.Group is not null ? await FindRunsOfGroupAsync(session, cancellationToken) : task.LastRun is { Ended: null } last ? [last] : [];
            }
        }

        throw NotFound.Task(Name);
    }

    // Those that wait come first: none of them takes the place of one that was stopped.
    private async Task<IReadOnlyList<Run>> FindRunsOfGroupAsync(HBSession session, CancellationToken cancellationToken)
    {
        var runs = new List<Run>();
        foreach (RunState state in new[] { RunState.Queued, RunState.Running })
        {
            await foreach (Run run in session.Connection.Runs.ListAsync(new RunQuery { Task = Name, State = state }, cancellationToken))
            {
                runs.Add(run);
            }
        }

        return runs;
    }
}
