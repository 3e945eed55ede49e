using System.Management.Automation;
using HandyBackup.Contracts;
using HandyBackup.Module.Completion;

namespace HandyBackup.Module.Commands;

/// <summary>Copies snapshots to another repository.</summary>
[Cmdlet(VerbsCommon.Copy, "HBSnapshot", SupportsShouldProcess = true)]
[OutputType(typeof(HBRun))]
public sealed class CopySnapshotCommand : ResultRunCmdlet
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

    /// <summary>The repository that gets the copy.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(RepositoryNameCompleter))]
    public string To { get; set; } = "";

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        HBSession session = CurrentSession;
        if (!Confirm($"{SnapshotId.Substring(0, Math.Min(8, SnapshotId.Length))} to {To}", "Copy snapshot"))
        {
            return;
        }

        var request = new CopySnapshotRequest(new SnapshotReference(NameFilter.OrNull(Repository), SnapshotId), To);
        Run run = await session.Connection.Snapshots.StartCopyAsync(request, cancellationToken);
        if (NoWait)
        {
            Emit(new HBRun(run, session));
        }
        else
        {
            EmitEnded(await FollowAsync(run, session, cancellationToken), session);
        }
    }
}
