using System.Management.Automation;
using HandyBackup.Contracts;
using HandyBackup.Module.Completion;

namespace HandyBackup.Module.Commands;

/// <summary>Shows the progress of a run and returns it when it has ended.</summary>
[Cmdlet(VerbsLifecycle.Wait, "HBRun")]
[OutputType(typeof(HBRun))]
public sealed class WaitRunCommand : RunFollowingCmdlet
{
    /// <summary>The run.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Id")]
    [ObjectProperty("RunId")]
    [ArgumentCompleter(typeof(RunIdCompleter))]
    public Guid RunId { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        HBSession session = CurrentSession;
        Run? run = null;
        await foreach (Run found in session.Connection.Runs.ListAsync(new RunQuery { Id = RunId }, cancellationToken))
        {
            run = found;
        }

        EmitEnded(await FollowAsync(run ?? throw NotFound.Run(RunId), session, cancellationToken), session);
    }
}
