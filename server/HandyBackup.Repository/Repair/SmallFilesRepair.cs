using HandyBackup.Contracts;
using HandyBackup.Stores;

namespace HandyBackup.Repository;

/// <summary>Heals config, keys, snapshots and index files. What cannot be healed stays: an index file is made anew later, the others are reported.</summary>
internal sealed class SmallFilesRepair(OpenRepository repository, FileRepair files, RepairReport report)
{
    // Far more than any of these files has; what is longer is not loaded, and taken for damaged.
    private const long MaxLength = 512L * 1024 * 1024;

    private readonly StoredFiles _stored = new(repository.Store);

    /// <summary>Runs this part.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await RepairAsync(StoreFile.Config, cancellationToken);
        await RepairAsync(KeySearch.FileOf(repository.Keys.Current), cancellationToken);
        foreach (StoreFileKind kind in (StoreFileKind[])[StoreFileKind.Key, StoreFileKind.Snapshot, StoreFileKind.Index])
        {
            await foreach (StoreFileInfo info in _stored.ListAsync(kind, cancellationToken))
            {
                if (Sha256Hash.TryParse(info.Name, out _) && info.Name != repository.Keys.Current.ToString())
                {
                    await RepairAsync(new StoreFile(kind, info.Name), cancellationToken);
                }
            }
        }
    }

    private async Task RepairAsync(StoreFile file, CancellationToken cancellationToken)
    {
        if (await FindIntactAsync(file, cancellationToken) is { } content)
        {
            await files.ProtectAsync(file, content, cancellationToken);
            return;
        }

        using HealedFile? healed = await files.TryHealAsync(file, cancellationToken);
        if (healed is null && file.Kind != StoreFileKind.Index)
        {
            await report.AddLostAsync(file, cancellationToken);
        }
    }

    private async Task<byte[]?> FindIntactAsync(StoreFile file, CancellationToken cancellationToken)
    {
        try
        {
            byte[]? content = await _stored.FindAsync(file, MaxLength, cancellationToken);
            bool isIntact = content is not null && (file.Kind == StoreFileKind.Config
                ? UnpackedFileCodec.TryDecodeConfig(repository.MasterKey, content, out _)
                : StoredFiles.IsIntact(file, content));
            return isIntact ? content : null;
        }
        catch (HandyBackupException exception) when (exception.Target == FileErrors.PathOf(file))
        {
            return null;
        }
    }
}
