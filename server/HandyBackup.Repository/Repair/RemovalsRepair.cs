using HandyBackup.Contracts;
using HandyBackup.Stores;

namespace HandyBackup.Repository;

/// <summary>
/// Removes what cannot be read of the trash, because a prune cannot tell what it needs, and of the lists of condemned packs. Nothing else needs these files:
/// a snapshot that is there is not touched, and one that was removed could not be restored any more.
/// </summary>
internal sealed class RemovalsRepair(OpenRepository repository, RepairReport report)
{
    /// <summary>Runs this part.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await RepairTrashAsync(cancellationToken);
        await RepairCondemnedAsync(cancellationToken);
    }

    private async Task RepairTrashAsync(CancellationToken cancellationToken)
    {
        List<SnapshotId> damaged = [];
        await foreach (RemovedSnapshotEntry entry in repository.RemovedSnapshots.ListAsync(cancellationToken))
        {
            if (entry.Error is not null)
            {
                damaged.Add(entry.Id);
            }
        }

        foreach (SnapshotId id in damaged)
        {
            if (await repository.RemovedSnapshots.DeleteDamagedAsync(id, report.PlanOnly, cancellationToken) is { } error)
            {
                string path = FileErrors.PathOf(new StoreFile(StoreFileKind.RemovedSnapshot, id.ToString()));
                string message = $"{error.Message} It {Is} removed: the removal of this snapshot can no longer be undone.";
                await report.AddAsync(RepairOutcome.Removed, error.Code, path, message, cancellationToken);
            }
        }
    }

    private async Task RepairCondemnedAsync(CancellationToken cancellationToken)
    {
        var condemned = new CondemnedPacks(repository.Files);
        foreach (Sha256Hash list in await condemned.ListAsync(cancellationToken))
        {
            // Twice: bad memory damages what is read and not what is stored.
            if (await condemned.FindDamageAsync(list, cancellationToken) is null || await condemned.FindDamageAsync(list, cancellationToken) is not { } damage)
            {
                continue;
            }

            if (!report.PlanOnly)
            {
                await condemned.RemoveAsync(list, cancellationToken);
            }

            string path = FileErrors.PathOf(new StoreFile(StoreFileKind.CondemnedPacks, list.ToString()));
            await report.AddAsync(RepairOutcome.Removed, damage.Code, path, $"{damage.Message} It {Is} removed: the next optimization finds its packs again.", cancellationToken);
        }
    }

    private string Is => report.PlanOnly ? "can be" : "is";
}
