using HandyBackup.Contracts;

namespace HandyBackup.Repository;

/// <summary>The snapshot files of a repository.</summary>
public sealed class SnapshotFiles
{
    private SnapshotFiles() => throw new NotSupportedException();

    /// <summary>Lists all snapshots in no particular order; a damaged one is reported by its error, not skipped.</summary>
    public IAsyncEnumerable<SnapshotEntry> ListAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Loads one snapshot.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.SnapshotNotFound"/> or <see cref="ErrorCode.SnapshotDamaged"/>.</exception>
    public Task<Snapshot> LoadAsync(SnapshotId id, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Finds the id that begins with these digits.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.SnapshotNotFound"/> or <see cref="ErrorCode.SnapshotAmbiguous"/>.</exception>
    public Task<SnapshotId> FindAsync(string idOrPrefix, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Saves a snapshot. All blobs it needs must be durable and indexed: see <see cref="BlobWriter.FlushAsync"/>.</summary>
    public Task<SnapshotId> SaveAsync(Snapshot snapshot, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Removes a snapshot's file. Its blobs stay until a prune.</summary>
    public Task RemoveAsync(SnapshotId id, CancellationToken cancellationToken) => throw new NotSupportedException();
}
