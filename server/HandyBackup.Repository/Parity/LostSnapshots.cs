using HandyBackup.Contracts;
using HandyBackup.Stores;

namespace HandyBackup.Repository;

/// <summary>
/// Tells a snapshot that was lost from one that another program removed and pruned: restic knows nothing of sidecars and leaves them. Ours takes the
/// sidecar away before the snapshot.
/// </summary>
internal static class LostSnapshots
{
    /// <summary>Says whether a snapshot of which only the sidecar is left can be brought back with its content.</summary>
    /// <exception cref="HandyBackupException">A store error.</exception>
    public static async Task<bool> IsWorthHealingAsync(OpenRepository repository, BlobIndex index, StoreFile file, CancellationToken cancellationToken)
    {
        byte[]? healed = await repository.Sidecars.FindHealedAsync(file, cancellationToken);
        return healed is not null && repository.Snapshots.TryDecode(healed) is { } snapshot && index.Contains(new BlobKey(snapshot.Tree, BlobType.Tree));
    }
}
