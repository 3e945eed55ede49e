using HandyBackup.Contracts;
using HandyBackup.Stores;

namespace HandyBackup.Repository;

/// <summary>Checks that each sidecar belongs to a file, and with data that it is sound. As long as the file is, nothing of this is damage.</summary>
internal sealed class SidecarsCheck(OpenRepository repository, BlobIndex index, CheckReport report)
{
    /// <summary>Runs the check.</summary>
    /// <param name="readsData">Says of which files the sidecar is to be read.</param>
    /// <param name="cancellationToken">Stops the check.</param>
    public async Task RunAsync(Predicate<StoreFile> readsData, CancellationToken cancellationToken)
    {
        await foreach (StoreFileInfo info in repository.Files.ListAsync(StoreFileKind.Parity, cancellationToken))
        {
            if (!ParityName.TryParse(info.Name, out StoreFile file))
            {
                continue;
            }

            bool readData = readsData(file);
            try
            {
                await CheckAsync(file, readData, cancellationToken);
                report.CountBytes(readData ? info.Size : 0);
            }
            catch (StoreException e)
            {
                throw StoreErrors.Translate(e, repository.Store);
            }
        }
    }

    private async Task CheckAsync(StoreFile file, bool readData, CancellationToken cancellationToken)
    {
        string path = FileErrors.PathOf(ParityName.Of(file));
        if (await repository.Store.FindSizeAsync(file, cancellationToken) is null)
        {
            await ReportOrphanAsync(file, path, cancellationToken);
            return;
        }

        if (!readData)
        {
            return;
        }

        using ParitySidecar? sidecar = await repository.Sidecars.FindAsync(file, cancellationToken);
        if (sidecar is not { IsSound: true })
        {
            await report.AddUntidinessAsync(ErrorCode.ParityDamaged, path, $"The parity '{path}' is damaged. Repair-HBRepository makes it anew.", cancellationToken);
        }
    }

    private async Task ReportOrphanAsync(StoreFile file, string path, CancellationToken cancellationToken)
    {
        if (file.Kind == StoreFileKind.Snapshot && await LostSnapshots.IsWorthHealingAsync(repository, index, file, cancellationToken))
        {
            string lost = FileErrors.PathOf(file);
            await report.AddDamageAsync(ErrorCode.SnapshotDamaged, lost, $"The snapshot '{lost}' is gone, and its parity and content are still there.", canHeal: true, cancellationToken);
        }
        else
        {
            await report.AddUntidinessAsync(ErrorCode.ParityUnused, path, $"The file that the parity '{path}' belongs to does not exist.", cancellationToken);
        }
    }
}
