using HandyBackup.Catalog;
using HandyBackup.Contracts;
using HandyBackup.Repository;

namespace HandyBackup.Server.Core;

/// <summary>Finds the snapshot that a backup is compared with, so that what is unchanged need not be read.</summary>
internal static class PreviousSnapshot
{
    /// <summary>
    /// The newest snapshot of the task whose root tree is there; where the task has none, the newest of the same agent, host and paths: after a task was renamed, or a
    /// repository came from another server or from restic, which knows no agents. Null if there is none either.
    /// </summary>
    public static async Task<SnapshotEntry?> FindAsync(IndexedRepository repository, TaskDefinition task, AgentDescription agent, CancellationToken cancellationToken)
    {
        var paths = new HashSet<string>(task.Selection.Paths.Select(TrimEnd));
        SnapshotEntry? ofTask = null;
        SnapshotEntry? alike = null;
        await foreach (SnapshotEntry entry in repository.Repository.Snapshots.ListAsync(cancellationToken))
        {
            if (entry.Snapshot is not { } snapshot || !repository.Contains(snapshot.Tree, BlobType.Tree))
            {
                continue;
            }

            if (IsOfTask(snapshot, task))
            {
                ofTask = Newer(entry, ofTask);
            }
            else if (IsAlike(snapshot, task, agent, paths))
            {
                alike = Newer(entry, alike);
            }
        }

        return ofTask ?? alike;
    }

    private static bool IsOfTask(Snapshot snapshot, TaskDefinition task) =>
        snapshot.Origin is { } origin
        && NameKey.Of(origin.Task) == NameKey.Of(task.Name)
        && NameKey.Of(origin.Agent) == NameKey.Of(task.Agent)
        && origin.Source == task.Selection.Source;

    // A snapshot that does not say what it holds was made by another program, and those hold files. One that names an agent is for that agent alone: the host name is the agent's own
    // word, and whoever is given a tree to compare with may read it.
    private static bool IsAlike(Snapshot snapshot, TaskDefinition task, AgentDescription agent, HashSet<string> paths) =>
        (snapshot.Origin?.Source ?? SourceKinds.Files) == task.Selection.Source
        && (snapshot.Origin is null || NameKey.Of(snapshot.Origin.Agent) == NameKey.Of(task.Agent))
        && string.Equals(snapshot.HostName, agent.HostName, StringComparison.OrdinalIgnoreCase)
        && paths.SetEquals(snapshot.Paths.Select(TrimEnd));

    private static SnapshotEntry Newer(SnapshotEntry entry, SnapshotEntry? other) =>
        other is null || entry.Snapshot!.Time > other.Snapshot!.Time ? entry : other;

    private static string TrimEnd(string path) => path.Length > 1 ? path.TrimEnd('/') : path;
}
