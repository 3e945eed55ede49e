using System.Management.Automation;
using HandyBackup.Contracts;
using HandyBackup.Module.Completion;

namespace HandyBackup.Module.Commands;

/// <summary>Removes a snapshot.</summary>
[Cmdlet(VerbsCommon.Remove, "HBSnapshot", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
public sealed class RemoveSnapshotCommand : SessionCmdlet
{
    /// <summary>The id, or an unambiguous beginning of it.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("Id")]
    [ObjectProperty("SnapshotId")]
    [ArgumentCompleter(typeof(SnapshotIdCompleter))]
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
        SnapshotInfo? snapshot = null;
        await foreach (SnapshotInfo found in session.Connection.Snapshots.ListAsync(new SnapshotQuery { Id = SnapshotId, Repository = NameFilter.OrNull(Repository) }, cancellationToken))
        {
            snapshot = snapshot is null ? found : throw new HandyBackupException(ErrorCode.SnapshotAmbiguous, $"Several snapshots begin with '{SnapshotId}'.")
            {
                Target = SnapshotId,
                Advice = "Give more digits of the id, or -Repository.",
            };
        }

        if (snapshot is null)
        {
            throw NotFound.Snapshot(SnapshotId);
        }

        string target = $"{snapshot.Id.Substring(0, Math.Min(8, snapshot.Id.Length))} of {snapshot.Time.ToLocalTime():yyyy-MM-dd HH:mm} ({snapshot.Task ?? snapshot.HostName}, {ByteSize.Format(snapshot.Bytes)}) in {snapshot.Repository}";
        if (Confirm(target, "Remove snapshot"))
        {
            await session.Connection.Snapshots.RemoveAsync(new SnapshotReference(snapshot.Repository, snapshot.Id), cancellationToken);
        }
    }
}
