using PolyType;
using StreamJsonRpc;

namespace HandyBackup.Contracts;

/// <summary>What was backed up.</summary>
[JsonRpcContract, GenerateShape(IncludeMethods = MethodShapeFlags.PublicInstance)]
public partial interface ISnapshots : IDisposable
{
    /// <summary>Lists snapshots, oldest first within each repository.</summary>
    [Requires(Permission.View, Narrowable = true)]
    IAsyncEnumerable<SnapshotInfo> ListAsync(SnapshotQuery query, CancellationToken cancellationToken);

    /// <summary>Removes a snapshot. It can be restored until the repository's grace has passed.</summary>
    [Requires(Permission.RemoveData, Narrowable = true)]
    Task RemoveAsync(SnapshotReference snapshot, CancellationToken cancellationToken);

    /// <summary>Restores a removed snapshot, under the id that it had.</summary>
    /// <returns>The snapshot.</returns>
    [Requires(Permission.RemoveData, Narrowable = true)]
    Task<SnapshotInfo> RestoreAsync(SnapshotReference snapshot, CancellationToken cancellationToken);

    /// <summary>Starts to copy a snapshot to another repository. The run's snapshot is the copy, also when it was there before.</summary>
    [Requires(Permission.Operate, Narrowable = true)]
    Task<Run> StartCopyAsync(CopySnapshotRequest request, CancellationToken cancellationToken);

    /// <summary>Lists what differs between two snapshots, in path order. Equal subtrees are not read.</summary>
    [Requires(Permission.Browse, Narrowable = true)]
    IAsyncEnumerable<ItemDifference> CompareAsync(CompareSnapshotsRequest request, CancellationToken cancellationToken);
}
