using System.Management.Automation;
using HandyBackup.Contracts;
using HandyBackup.Module.Completion;

namespace HandyBackup.Module.Commands;

/// <summary>Lists snapshots, oldest first.</summary>
[Cmdlet(VerbsCommon.Get, "HBSnapshot")]
[OutputType(typeof(HBSnapshot))]
public sealed class GetSnapshotCommand : SessionCmdlet
{
    /// <summary>The id, or the beginning of one.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("Id")]
    [ObjectProperty("SnapshotId")]
    [ArgumentCompleter(typeof(SnapshotIdCompleter))]
    public string? SnapshotId { get; set; }

    /// <summary>Only snapshots of this task; wildcards are allowed.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ObjectProperty("Task")]
    [ArgumentCompleter(typeof(TaskNameCompleter))]
    [SupportsWildcards]
    public string? Task { get; set; }

    /// <summary>Only snapshots in this repository; wildcards are allowed.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ObjectProperty("Repository")]
    [ArgumentCompleter(typeof(RepositoryNameCompleter))]
    [SupportsWildcards]
    public string? Repository { get; set; }

    /// <summary>Only snapshots of this host; wildcards are allowed.</summary>
    [Parameter]
    [SupportsWildcards]
    public string? HostName { get; set; }

    /// <summary>Only snapshots with this label.</summary>
    [Parameter]
    public string? Tag { get; set; }

    /// <summary>Only the snapshot that this run made.</summary>
    [Parameter]
    [ObjectProperty("RunId")]
    [ArgumentCompleter(typeof(RunIdCompleter))]
    public Guid? RunId { get; set; }

    /// <summary>Only snapshots made at or after this time.</summary>
    [Parameter]
    public DateTimeOffset? Since { get; set; }

    /// <summary>Only the newest of each task.</summary>
    [Parameter]
    public SwitchParameter Latest { get; set; }

    /// <summary>The trash: snapshots that were removed, instead of those that are there.</summary>
    [Parameter]
    public SwitchParameter Removed { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        HBSession session = CurrentSession;
        string? snapshotId = NameFilter.OrNull(SnapshotId);
        if (snapshotId is null && MyInvocation.BoundParameters.ContainsKey(nameof(SnapshotId)))
        {
            // A run that failed comes through the pipeline like this; listing all snapshots instead would be a trap.
            throw new HandyBackupException(ErrorCode.SnapshotNotFound, "The input has no snapshot.")
            {
                Target = NameFilter.OrNull(Task) ?? NameFilter.OrNull(Repository),
                Advice = "A run has a snapshot only after it has made one.",
            };
        }

        var query = new SnapshotQuery
        {
            Id = snapshotId,
            Task = NameFilter.OrNull(Task),
            Repository = NameFilter.OrNull(Repository),
            HostName = NameFilter.OrNull(HostName),
            Tag = NameFilter.OrNull(Tag),
            RunId = RunId,
            Since = Since,
            Latest = Latest,
            Removed = Removed,
        };
        bool found = false;
        await foreach (SnapshotInfo snapshot in session.Connection.Snapshots.ListAsync(query, cancellationToken))
        {
            found = true;
            Emit(new HBSnapshot(snapshot, session));
        }

        if (!found && snapshotId is not null)
        {
            throw NotFound.Snapshot(snapshotId);
        }
    }
}
