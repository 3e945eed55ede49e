using System.Management.Automation;
using HandyBackup.Contracts;
using HandyBackup.Module.Completion;

namespace HandyBackup.Module.Commands;

/// <summary>Lists what differs between two snapshots.</summary>
[Cmdlet(VerbsData.Compare, "HBSnapshot")]
[OutputType(typeof(HBItemDifference))]
public sealed class CompareSnapshotCommand : SessionCmdlet
{
    /// <summary>The older one, or whichever is the base.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ArgumentCompleter(typeof(SnapshotIdCompleter))]
    public HBSnapshotReference ReferenceSnapshot { get; set; } = null!;

    /// <summary>The one compared with it.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipeline = true)]
    [ArgumentCompleter(typeof(SnapshotIdCompleter))]
    public HBSnapshotReference DifferenceSnapshot { get; set; } = null!;

    /// <summary>The repository of snapshots that are given by their ids; all are searched when omitted.</summary>
    [Parameter]
    [ObjectProperty("Repository")]
    [ArgumentCompleter(typeof(RepositoryNameCompleter))]
    public string? Repository { get; set; }

    /// <summary>Only below this path.</summary>
    [Parameter]
    public string Path { get; set; } = "";

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        HBSession session = Session ?? DifferenceSnapshot.Session ?? CurrentSession;
        var request = new CompareSnapshotsRequest
        {
            Reference = ToContract(ReferenceSnapshot),
            Difference = ToContract(DifferenceSnapshot),
            Path = ItemPath.Normalize(Path),
        };
        await foreach (ItemDifference difference in session.Connection.Snapshots.CompareAsync(request, cancellationToken))
        {
            Emit(new HBItemDifference(difference, session));
        }
    }

    private SnapshotReference ToContract(HBSnapshotReference snapshot) => new(snapshot.Repository ?? NameFilter.OrNull(Repository), snapshot.SnapshotId);
}
