using System.Collections;
using System.Management.Automation;
using System.Text.Json;
using HandyBackup.Contracts;
using HandyBackup.Module.Completion;
using HandyBackup.Module.Tasks;

namespace HandyBackup.Module.Items;

/// <summary>A cmdlet that is about items, which a snapshot or an agent has. Items and snapshots from the pipeline bring along where they are.</summary>
public abstract class ItemCmdlet : SessionCmdlet
{
    /// <summary>The snapshot; live items are meant when omitted.</summary>
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
    [Alias("FromAgent")]
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

    /// <summary>The snapshot that is meant; null for live items.</summary>
    protected SnapshotReference? Snapshot => NameFilter.OrNull(SnapshotId) is { } id ? new SnapshotReference(NameFilter.OrNull(Repository), id) : null;

    /// <summary>A question for items of what is meant. A snapshot's content does not depend on the agent and source that it came from.</summary>
    protected ItemQuery CreateQuery() => Snapshot is { } snapshot
        ? new ItemQuery { Snapshot = snapshot }
        : new ItemQuery { Agent = NameFilter.OrNull(Agent), Selection = CreateSelection() };

    private SourceSelection? CreateSelection()
    {
        var options = new Dictionary<string, JsonElement>(StringComparer.OrdinalIgnoreCase);
        if (Option is not null)
        {
            SourceOptionValues.AddTable(options, Option);
        }

        return NameFilter.OrNull(Source) is not null || options.Count > 0
            ? new SourceSelection { Source = NameFilter.OrNull(Source) ?? "Files", Options = options }
            : null;
    }
}
