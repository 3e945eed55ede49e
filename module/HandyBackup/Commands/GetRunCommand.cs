using System.Management.Automation;
using HandyBackup.Contracts;
using HandyBackup.Module.Completion;

namespace HandyBackup.Module.Commands;

/// <summary>Lists runs, newest first.</summary>
[Cmdlet(VerbsCommon.Get, "HBRun")]
[OutputType(typeof(HBRun))]
public sealed class GetRunCommand : SessionCmdlet
{
    /// <summary>This run.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Id")]
    [ObjectProperty("RunId")]
    [ArgumentCompleter(typeof(RunIdCompleter))]
    public Guid? RunId { get; set; }

    /// <summary>Only runs of this task; wildcards are allowed.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ObjectProperty("Task")]
    [ArgumentCompleter(typeof(TaskNameCompleter))]
    [SupportsWildcards]
    public string? Task { get; set; }

    /// <summary>Only runs that do this.</summary>
    [Parameter]
    public RunKind? Kind { get; set; }

    /// <summary>Only runs in this state.</summary>
    [Parameter]
    public RunState? State { get; set; }

    /// <summary>Only runs that were accepted at or after this time.</summary>
    [Parameter]
    public DateTimeOffset? Since { get; set; }

    /// <summary>Only this many, the newest.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int? Last { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        HBSession session = CurrentSession;
        var query = new RunQuery { Id = RunId, Task = NameFilter.OrNull(Task), Kind = Kind, State = State, Since = Since, Last = Last };
        bool found = false;
        await foreach (Run run in session.Connection.Runs.ListAsync(query, cancellationToken))
        {
            found = true;
            Emit(new HBRun(run, session));
        }

        if (!found && RunId is { } id)
        {
            throw NotFound.Run(id);
        }
    }
}
