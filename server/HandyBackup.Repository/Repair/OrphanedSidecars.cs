using HandyBackup.Contracts;
using HandyBackup.Stores;

namespace HandyBackup.Repository;

/// <summary>
/// Deals with sidecars whose file is gone: a snapshot that still has its content comes back, every other such sidecar is removed. Keys never come back this
/// way, except the one that opened the repository: another program may have taken one away on purpose.
/// </summary>
internal sealed class OrphanedSidecars(OpenRepository repository, BlobIndex sound, FileRepair? files, RepairReport report)
{
    /// <summary>Runs this part.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await foreach (StoreFileInfo info in repository.Files.ListAsync(StoreFileKind.Parity, cancellationToken))
        {
            if (ParityName.TryParse(info.Name, out StoreFile file) && await repository.Store.FindSizeAsync(file, cancellationToken) is null)
            {
                await HandleAsync(file, cancellationToken);
            }
        }
    }

    private async Task HandleAsync(StoreFile file, CancellationToken cancellationToken)
    {
        bool isNeeded = file.Kind == StoreFileKind.Config || file == KeySearch.FileOf(repository.Keys.Current)
            || (file.Kind == StoreFileKind.Snapshot && await LostSnapshots.IsWorthHealingAsync(repository, sound, file, cancellationToken));
        if (isNeeded)
        {
            using HealedFile? healed = files is null ? null : await files.TryHealAsync(file, cancellationToken);
            return;
        }

        StoreFile sidecar = ParityName.Of(file);
        if (!report.PlanOnly)
        {
            await repository.Store.RemoveAsync(sidecar, cancellationToken);
        }

        string path = FileErrors.PathOf(sidecar);
        await report.AddAsync(RepairOutcome.Removed, ErrorCode.ParityUnused, path, $"The parity '{path}' is removed: its file does not exist any more.", cancellationToken);
    }
}
