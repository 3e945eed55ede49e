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
        SnapshotInfo? snapshot = await FindAsync(session, cancellationToken);
        string target = snapshot is null ? $"damaged snapshot {SnapshotId}" : Describe(snapshot);
        SnapshotReference reference = snapshot is null ? new SnapshotReference(NameFilter.OrNull(Repository), SnapshotId) : new SnapshotReference(snapshot.Repository, snapshot.Id);
        if (Confirm(target, "Remove snapshot"))
        {
            await session.Connection.Snapshots.RemoveAsync(reference, cancellationToken);
        }
    }

    private static string Describe(SnapshotInfo snapshot) =>
        $"{snapshot.Id.Substring(0, Math.Min(8, snapshot.Id.Length))} of {snapshot.Time.ToLocalTime():yyyy-MM-dd HH:mm} ({snapshot.Task ?? snapshot.HostName}, {ByteSize.Format(snapshot.Bytes)}) in {snapshot.Repository}";

    // Null for one whose file is damaged: it can be removed all the same, and is in the way of an optimization until then.
    private async Task<SnapshotInfo?> FindAsync(HBSession session, CancellationToken cancellationToken)
    {
        SnapshotInfo? snapshot = null;
        try
        {
            await foreach (SnapshotInfo found in session.Connection.Snapshots.ListAsync(new SnapshotQuery { Id = SnapshotId, Repository = NameFilter.OrNull(Repository) }, cancellationToken))
            {
                snapshot = snapshot is null ? found : throw new HandyBackupException(ErrorCode.SnapshotAmbiguous, $"Several snapshots begin with '{SnapshotId}'.")
                {
                    Target = SnapshotId,
                    Advice = "Give more digits of the id, or -Repository.",
                };
            }
        }
        catch (HandyBackupException exception) when (exception.Code == ErrorCode.SnapshotDamaged && snapshot is null)
        {
            return null;
        }

        return snapshot ?? throw NotFound.Snapshot(SnapshotId);
    }
}
