using System.Management.Automation;
using HandyBackup.Contracts;
using HandyBackup.Module.Completion;

namespace HandyBackup.Module.Commands;

/// <summary>Lists a run's log.</summary>
[Cmdlet(VerbsCommon.Get, "HBRunLog")]
[OutputType(typeof(HBRunLogEntry))]
public sealed class GetRunLogCommand : SessionCmdlet
{
    /// <summary>The run.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Id")]
    [ObjectProperty("RunId")]
    [ArgumentCompleter(typeof(RunIdCompleter))]
    public Guid RunId { get; set; }

    /// <summary>Only lines that matter at least this much.</summary>
    [Parameter]
    public RunLogLevel MinimumLevel { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        HBSession session = CurrentSession;
        await foreach (RunLogEntry entry in session.Connection.Runs.GetLogAsync(new RunLogQuery { RunId = RunId, MinimumLevel = MinimumLevel }, cancellationToken))
        {
            Emit(new HBRunLogEntry(entry, session));
        }
    }
}
