using System.Management.Automation;
using HandyBackup.Contracts;
using HandyBackup.Module.Completion;

namespace HandyBackup.Module.Commands;

/// <summary>Restores a snapshot that was removed.</summary>
[Cmdlet(VerbsData.Restore, "HBSnapshot", SupportsShouldProcess = true)]
[OutputType(typeof(HBSnapshot))]
public sealed class RestoreSnapshotCommand : SessionCmdlet
{
    /// <summary>The id, or an unambiguous beginning of it.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("Id")]
    [ObjectProperty("SnapshotId")]
    [ValidateNotNullOrEmpty]
    public string SnapshotId { get; set; } = "";

    /// <summary>The repository that holds it; all are searched when omitted.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ObjectProperty("Repository")]
    [ArgumentCompleter(typeof(RepositoryNameCompleter))]
    public string? Repository { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        HBSession session = CurrentSession;
        if (Confirm(SnapshotId, "Restore removed snapshot"))
        {
            var reference = new SnapshotReference(NameFilter.OrNull(Repository), SnapshotId);
            Emit(new HBSnapshot(await session.Connection.Snapshots.RestoreAsync(reference, cancellationToken), session));
        }
    }
}
