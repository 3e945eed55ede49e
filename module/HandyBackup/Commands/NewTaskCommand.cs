using System.Management.Automation;
using HandyBackup.Contracts;
using HandyBackup.Module.Completion;

namespace HandyBackup.Module.Commands;

/// <summary>Makes a task: what to back up and where to.</summary>
[Cmdlet(VerbsCommon.New, "HBTask", SupportsShouldProcess = true)]
[OutputType(typeof(HBTask))]
public sealed class NewTaskCommand : TaskOptionCmdlet
{
    /// <summary>The name, unique on the server.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = "";

    /// <summary>The kind of source that is read.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string Source { get; set; } = FilesSource;

    /// <summary>What is read; everything the source shows when omitted.</summary>
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNull]
    public string[] Path { get; set; } = [];

    /// <summary>The repository that receives the snapshots.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [ObjectProperty("Repository")]
    [ArgumentCompleter(typeof(RepositoryNameCompleter))]
    public string Repository { get; set; } = "";

    /// <summary>The agent that reads; the server's own when omitted.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ObjectProperty("Agent")]
    [ArgumentCompleter(typeof(AgentNameCompleter))]
    public string? Agent { get; set; }

    /// <summary>The group whose agents read, each for itself.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ObjectProperty("Group")]
    [ArgumentCompleter(typeof(AgentGroupNameCompleter))]
    public string? Group { get; set; }

    /// <summary>Over which time the runs of a group are spread.</summary>
    [Parameter]
    public TimeSpan StartWindow { get; set; }

    /// <summary>Labels that each snapshot gets.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNull]
    public string[] Tag { get; set; } = [];

    /// <summary>What people should know of it.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string Description { get; set; } = "";

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        HBSession session = CurrentSession;
        string? group = NameFilter.OrNull(Group);
        bool isLocal = string.IsNullOrEmpty(Agent) && group is null;
        if (Path.Length == 0 && string.Equals(Source, FilesSource, StringComparison.OrdinalIgnoreCase))
        {
            throw new HandyBackupException(ErrorCode.InvalidArgument, $"The task '{Name}' names no path.")
            {
                Target = nameof(Path),
                Advice = "Say with -Path which files and folders are to be backed up.",
            };
        }

        var definition = new TaskDefinition
        {
            Name = Name,
            Agent = Agent ?? "",
            Group = group,
            StartWindow = StartWindow,
            Selection = new SourceSelection { Source = Source, Options = ReadOptions(isLocal, session), Paths = ReadPaths(Path, Source, isLocal, session) },
            Repository = Repository,
            Tags = Tag,
            Description = Description,
        };
        if (Confirm(Name, "Create task"))
        {
            Emit(new HBTask(await session.Connection.Tasks.CreateAsync(new CreateTaskRequest { Definition = definition }, cancellationToken), session));
        }
    }
}
