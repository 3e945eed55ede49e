using System.Collections;
using System.Management.Automation;
using System.Text.Json;
using HandyBackup.Contracts;
using HandyBackup.Module.Completion;
using HandyBackup.Module.Tasks;

namespace HandyBackup.Module.Commands;

/// <summary>Lists files and folders: live ones of an agent, or those of a snapshot.</summary>
[Cmdlet(VerbsCommon.Get, "HBItem")]
[OutputType(typeof(HBItem))]
public sealed class GetItemCommand : SessionCmdlet
{
    /// <summary>The folders whose content is listed, or files to show; the top when omitted.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [AllowEmptyString]
    public string[] Path { get; set; } = [""];

    /// <summary>The snapshot; live items are listed when omitted.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("Id")]
    [ObjectProperty("SnapshotId")]
    [ArgumentCompleter(typeof(SnapshotIdCompleter))]
    public string? SnapshotId { get; set; }

    /// <summary>The repository that holds the snapshot; all are searched when omitted.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ObjectProperty("Repository")]
    [ArgumentCompleter(typeof(RepositoryNameCompleter))]
    public string? Repository { get; set; }

    /// <summary>The agent of live items; the server's own when omitted.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ObjectProperty("Agent")]
    [ArgumentCompleter(typeof(AgentNameCompleter))]
    public string? Agent { get; set; }

    /// <summary>The kind of source of live items; files when omitted.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? Source { get; set; }

    /// <summary>Options of the source of live items by name.</summary>
    [Parameter]
    [ValidateNotNull]
    public Hashtable? Option { get; set; }

    /// <summary>List folders inside folders, too.</summary>
    [Parameter]
    public SwitchParameter Recurse { get; set; }

    /// <summary>Only items whose names match this wildcard.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string? Filter { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        HBSession session = CurrentSession;
        ItemQuery query = CreateQuery();
        foreach (string path in Path)
        {
            try
            {
                await foreach (Item item in session.Connection.Items.ListAsync(query with { Path = ItemPath.Normalize(path) }, cancellationToken))
                {
                    Emit(new HBItem(item, session));
                }
            }
            catch (HandyBackupException exception) when (!IsFatal(exception.Code) && !cancellationToken.IsCancellationRequested)
            {
                Report(exception);
            }
        }
    }

    private ItemQuery CreateQuery()
    {
        // Items and snapshots bring the agent and source that they came from along; a snapshot's content does not depend on them.
        if (NameFilter.OrNull(SnapshotId) is { } id)
        {
            return new ItemQuery { Snapshot = new SnapshotReference(NameFilter.OrNull(Repository), id), Recurse = Recurse, Filter = Filter };
        }

        var options = new Dictionary<string, JsonElement>(StringComparer.OrdinalIgnoreCase);
        if (Option is not null)
        {
            SourceOptionValues.AddTable(options, Option);
        }

        SourceSelection? selection = NameFilter.OrNull(Source) is not null || options.Count > 0
            ? new SourceSelection { Source = NameFilter.OrNull(Source) ?? "Files", Options = options }
            : null;
        return new ItemQuery { Agent = NameFilter.OrNull(Agent), Selection = selection, Recurse = Recurse, Filter = Filter };
    }
}
