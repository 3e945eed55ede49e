using System.Management.Automation;
using HandyBackup.Contracts;
using HandyBackup.Module.Completion;

namespace HandyBackup.Module.Commands;

/// <summary>Removes a task. Its snapshots stay.</summary>
[Cmdlet(VerbsCommon.Remove, "HBTask", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
public sealed class RemoveTaskCommand : SessionCmdlet
{
    /// <summary>The task.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ObjectProperty("Task")]
    [ArgumentCompleter(typeof(TaskNameCompleter))]
    public string Name { get; set; } = "";

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        HBSession session = CurrentSession;
        if (Confirm(Name, "Remove task, leave its snapshots"))
        {
            await session.Connection.Tasks.RemoveAsync(new TaskReference(Name), cancellationToken);
        }
    }
}
