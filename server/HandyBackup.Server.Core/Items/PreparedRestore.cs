using HandyBackup.Catalog;
using HandyBackup.Contracts;

namespace HandyBackup.Server.Core;

/// <summary>A restore whose request was found to be possible.</summary>
/// <param name="Repository">The repository that holds the snapshot.</param>
/// <param name="SnapshotId">The snapshot.</param>
/// <param name="Agent">The agent that receives the items.</param>
/// <param name="Order">What it is told; the run's id is still missing.</param>
internal sealed record PreparedRestore(RepositoryRecord Repository, string SnapshotId, ConnectedAgent Agent, RestoreOrder Order);
