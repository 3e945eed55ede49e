using HandyBackup.Contracts;
using HandyBackup.Stores;

namespace HandyBackup.Repository;

/// <summary>Heals single files by their sidecars, and sidecars by their files. Safe to share between threads.</summary>
internal sealed class FileRepair(OpenRepository repository, RepairReport report)
{
    private long _added;

    /// <summary>Brings a damaged or lost file back. The damaged one stays until the healed one is durable.</summary>
    /// <returns>The content; null if that is not possible.</returns>
    public async Task<HealedFile?> TryHealAsync(StoreFile file, CancellationToken cancellationToken)
    {
        HealedFile? healed = await repository.Sidecars.TryHealAsync(file, cancellationToken);
        if (healed is null)
        {
            return null;
        }

        try
        {
            if (!report.PlanOnly)
            {
                await repository.Store.ReplaceAsync(file, [healed.Content], cancellationToken);
            }

            await report.AddHealedAsync(file, cancellationToken);
            return healed;
        }
        catch
        {
            healed.Dispose();
            throw;
        }
    }

    /// <summary>Sees to it that a sound file has a sound sidecar, if the repository has parity or the file has a sidecar.</summary>
    /// <param name="file">The file.</param>
    /// <param name="content">Its content.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public async Task ProtectAsync(StoreFile file, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        bool exists = await repository.Sidecars.ExistsAsync(file, cancellationToken);
        if (exists)
        {
            using ParitySidecar? sidecar = await repository.Sidecars.FindAsync(file, cancellationToken);
            // What is found belongs to the file by its name; only the config has none.
            if (sidecar is { IsSound: true } && (file.Kind != StoreFileKind.Config || sidecar.Header.Hash == StoredFiles.HashOf(content.Span)))
            {
                return;
            }
        }
        else if (repository.ParityPercent == 0)
        {
            return;
        }

        await SaveSidecarAsync(file, content, exists, cancellationToken);
    }

    /// <summary>Reports how many files got parity that had none.</summary>
    public async Task ReportAddedAsync(CancellationToken cancellationToken)
    {
        long added = Interlocked.Read(ref _added);
        if (added > 0)
        {
            await report.AddProtectedAsync(added, cancellationToken);
        }
    }

    private async Task SaveSidecarAsync(StoreFile file, ReadOnlyMemory<byte> content, bool wasDamaged, CancellationToken cancellationToken)
    {
        if (!report.PlanOnly)
        {
            // A sidecar from when the repository still had parity is worth keeping, with the least there is.
            await repository.Sidecars.SaveAsync(file, content, Math.Max(1, repository.ParityPercent), cancellationToken);
        }

        if (!wasDamaged)
        {
            Interlocked.Increment(ref _added);
            return;
        }

        string path = FileErrors.PathOf(file);
        await report.AddAsync(RepairOutcome.Protected, ErrorCode.ParityDamaged, path, $"The parity of '{path}' was damaged and is made anew.", cancellationToken);
    }
}
