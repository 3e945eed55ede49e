using System.Management.Automation;
using System.Text.Json;
using HandyBackup.Contracts;
using HandyBackup.Module.Completion;

namespace HandyBackup.Module.Commands;

/// <summary>Changes a task.</summary>
[Cmdlet(VerbsCommon.Set, "HBTask", SupportsShouldProcess = true)]
[OutputType(typeof(HBTask))]
public sealed class SetTaskCommand : TaskOptionCmdlet
{
    /// <summary>The task.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Task")]
    [ObjectProperty("Task")]
    [ArgumentCompleter(typeof(TaskNameCompleter))]
    public string Name { get; set; } = "";

    /// <summary>Another name.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? NewName { get; set; }

    /// <summary>Other paths.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? Path { get; set; }

    /// <summary>Another repository.</summary>
    [Parameter]
    [ObjectProperty("Repository")]
    [ArgumentCompleter(typeof(RepositoryNameCompleter))]
    public string? Repository { get; set; }

    /// <summary>Other labels.</summary>
    [Parameter]
    [AllowEmptyCollection]
    public string[]? Tag { get; set; }

    /// <summary>What people should know of it.</summary>
    [Parameter]
    [AllowEmptyString]
    public string? Description { get; set; }

    /// <summary>Over which time the runs of a group are spread.</summary>
    [Parameter]
    public TimeSpan? StartWindow { get; set; }

    /// <summary>Return the changed task.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        HBSession session = CurrentSession;
        if (!Confirm(Name, "Change task"))
        {
            return;
        }

        (string source, bool isLocal) = await ReadOriginAsync(session, cancellationToken);
        Dictionary<string, JsonElement> options = ReadOptions(isLocal, session);
        var request = new UpdateTaskRequest
        {
            Name = Name,
            NewName = NewName,
            Paths = Path is null ? null : ReadPaths(Path, source, isLocal, session),
            Options = options.Count == 0 ? null : options,
            Repository = Repository,
            Tags = Tag,
            Description = Description,
            StartWindow = StartWindow,
        };
        TaskInfo info = await session.Connection.Tasks.UpdateAsync(request, cancellationToken);
        if (PassThru)
        {
            Emit(new HBTask(info, session));
        }
    }

    // Only paths need to know whose they are.
    private async Task<(string Source, bool IsLocal)> ReadOriginAsync(HBSession session, CancellationToken cancellationToken)
    {
        if (Path is null && ExcludeFile is null)
        {
            return (FilesSource, true);
        }

        await foreach (TaskInfo task in session.Connection.Tasks.ListAsync(new TaskQuery { Name = Name }, cancellationToken))
        {
            TaskDefinition definition = task.Definition;
            if (definition.Group is not null)
            {
                return (definition.Selection.Source, false);
            }

            await foreach (AgentInfo agent in session.Connection.Agents.ListAsync(new AgentQuery { Name = definition.Agent }, cancellationToken))
            {
                return (definition.Selection.Source, agent.IsEmbedded);
            }

            return (definition.Selection.Source, false);
        }

        throw NotFound.Task(Name);
    }
}
