using System.Management.Automation;
using HandyBackup.Contracts;
using HandyBackup.Module.Completion;

namespace HandyBackup.Module.Commands;

/// <summary>Starts a run of a task, or one for each agent of its group.</summary>
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

    /// <summary>Of a group's task: only these members.</summary>
    [Parameter]
    [ObjectProperty("Agent")]
    [ArgumentCompleter(typeof(AgentNameCompleter))]
    [ValidateNotNullOrEmpty]
    public string[]? Agent { get; set; }

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

        StartedTask started = await session.Connection.Tasks.StartAsync(new StartTaskRequest { Name = Name, Full = Full, Agents = Agent }, cancellationToken);
        foreach (LeftOutAgent leftOut in started.LeftOut)
        {
            Warn($"{leftOut.Agent} is left out: {leftOut.Reason.Message}");
        }

        foreach (Run run in started.Runs)
        {
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
}
