using HandyBackup.Contracts;
using HandyBackup.Stores;

namespace HandyBackup.Repository;

/// <summary>
/// Marks what snapshots need: those that are there, and those in the trash whose grace is not over. May be asked again later, and then reads only what
/// appeared since.
/// </summary>
internal sealed class SnapshotRoots(OpenRepository repository, TimeSpan grace, TreeMarking marking)
{
    private readonly HashSet<SnapshotId> _seen = [];

    /// <summary>How many snapshots there were at the last listing.</summary>
    public int Snapshots { get; private set; }

    /// <summary>How many snapshots of the trash could still be restored at the last listing.</summary>
    public int Restorable { get; private set; }

    /// <summary>Snapshots of the trash whose grace was over at the last listing: nothing was marked for them.</summary>
    public List<SnapshotId> Expired { get; } = [];

    /// <summary>Lists and marks.</summary>
    /// <exception cref="HandyBackupException">Something cannot be read, so that it is not known what is needed.</exception>
    public async Task MarkAsync(CancellationToken cancellationToken)
    {
        await MarkSnapshotsAsync(cancellationToken);
        // After the snapshots: one that is removed meanwhile is then in one of both listings. Restoring from the trash is kept out by the gate, where it matters.
        await MarkTrashAsync(cancellationToken);
        await marking.RunAsync(cancellationToken);
    }

    private async Task MarkSnapshotsAsync(CancellationToken cancellationToken)
    {
        Snapshots = 0;
        await foreach (StoreFileInfo file in repository.Files.ListAsync(StoreFileKind.Snapshot, cancellationToken))
        {
            if (!Sha256Hash.TryParse(file.Name, out Sha256Hash hash))
            {
                continue;
            }

            var id = new SnapshotId(hash);
            Snapshots++;
            if (_seen.Contains(id))
            {
                continue;
            }

            try
            {
                Add(id, await repository.Snapshots.LoadAsync(id, cancellationToken));
            }
            catch (HandyBackupException exception) when (exception.Code == ErrorCode.SnapshotNotFound)
            {
                // Moved to the trash since it was listed.
                Snapshots--;
            }
        }
    }

    private async Task MarkTrashAsync(CancellationToken cancellationToken)
    {
        Restorable = 0;
        Expired.Clear();
        await foreach (RemovedSnapshotEntry entry in repository.RemovedSnapshots.ListAsync(cancellationToken))
        {
            if (entry.Removed is not { } removed)
            {
                throw new HandyBackupException(entry.Error!.Code, entry.Error.Message) { Target = entry.Error.Target, Advice = entry.Error.Advice };
            }

            if (repository.RemovedSnapshots.IsExpired(removed, grace))
            {
                Expired.Add(entry.Id);
                continue;
            }

            Restorable++;
            // A damaged snapshot that was removed cannot be restored, so it needs nothing.
            if (entry.Snapshot is { } snapshot && !_seen.Contains(entry.Id))
            {
                Add(entry.Id, snapshot);
            }
        }
    }

    private void Add(SnapshotId id, Snapshot snapshot)
    {
        marking.Add(snapshot.Tree);
        _seen.Add(id);
    }
}
