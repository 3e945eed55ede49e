using System.Text.Json;
using HandyBackup.Contracts;
using HandyBackup.Stores;

namespace HandyBackup.Repository;

/// <summary>Checks config, keys, locks, snapshots, trash and lists of condemned packs: each must have the content that its name promises, open and be understood.</summary>
internal sealed class SmallFilesCheck(OpenRepository repository, CheckReport report)
{
    private const int MaxLockLength = 64 * 1024;

    /// <summary>Runs the check.</summary>
    /// <returns>The snapshots that can be read.</returns>
    public async Task<List<SnapshotEntry>> RunAsync(CancellationToken cancellationToken)
    {
        await CheckConfigAsync(cancellationToken);
        await CheckKeysAsync(cancellationToken);
        await CheckLocksAsync(cancellationToken);
        List<SnapshotEntry> snapshots = [];
        await foreach (SnapshotEntry entry in new SnapshotFiles(repository.FilesAsStored).ListAsync(cancellationToken))
        {
            SnapshotEntry readable = entry;
            if (entry.Error is { } error
                && await report.AddDamageAsync(new StoreFile(StoreFileKind.Snapshot, entry.Id.ToString()), error, cancellationToken))
            {
                readable = new SnapshotEntry(entry.Id, await repository.Snapshots.LoadAsync(entry.Id, cancellationToken), null);
            }

            if (readable.Error is null)
            {
                snapshots.Add(readable);
            }
        }

        await CheckTrashAsync(cancellationToken);
        await CheckCondemnedAsync(cancellationToken);
        return snapshots;
    }

    private async Task CheckTrashAsync(CancellationToken cancellationToken)
    {
        await foreach (RemovedSnapshotEntry entry in repository.RemovedSnapshots.ListAsync(cancellationToken))
        {
            if (entry.Error is { } error)
            {
                // Its owner has parted with it already.
                await report.AddUntidinessAsync(error.Code, error.Target ?? "", error.Message, cancellationToken);
            }
        }
    }

    private async Task CheckCondemnedAsync(CancellationToken cancellationToken)
    {
        var condemned = new CondemnedPacks(repository.Files);
        foreach (Sha256Hash list in await condemned.ListAsync(cancellationToken))
        {
            if (await condemned.FindDamageAsync(list, cancellationToken) is { } e)
            {
                await report.AddUntidinessAsync(e.Code, FileErrors.PathOf(new StoreFile(StoreFileKind.CondemnedPacks, list.ToString())), e.Message, cancellationToken);
            }
        }
    }

    private async Task CheckConfigAsync(CancellationToken cancellationToken)
    {
        try
        {
            byte[] stored = await ConfigFile.LoadAsync(repository.Store, new StoredFiles(repository.Store), cancellationToken);
            _ = ConfigFile.Open(stored, repository.MasterKey, repository.Store.Location);
        }
        catch (HandyBackupException e) when (e.Code is ErrorCode.ConfigDamaged or ErrorCode.NotARepository or ErrorCode.RepositoryVersionUnsupported)
        {
            bool canHeal = await report.CanHealAsync(StoreFile.Config, cancellationToken);
            await report.AddDamageAsync(ErrorCode.ConfigDamaged, FileErrors.PathOf(StoreFile.Config), e.Message, canHeal, cancellationToken);
        }
    }

    private async Task CheckKeysAsync(CancellationToken cancellationToken)
    {
        bool hasCurrent = false;
        await foreach (KeyEntry entry in repository.Keys.ListAsync(cancellationToken))
        {
            hasCurrent |= entry.Id == repository.Keys.Current;
            if (entry.Error is { } error)
            {
                await report.AddDamageAsync(KeySearch.FileOf(entry.Id), error, cancellationToken);
            }
        }

        if (!hasCurrent)
        {
            string path = FileErrors.PathOf(KeySearch.FileOf(repository.Keys.Current));
            bool canHeal = await report.CanHealAsync(KeySearch.FileOf(repository.Keys.Current), cancellationToken);
            await report.AddDamageAsync(ErrorCode.KeyDamaged, path, $"The key '{path}', which the repository was opened with, is gone.", canHeal, cancellationToken);
        }
    }

    private async Task CheckLocksAsync(CancellationToken cancellationToken)
    {
        await foreach (StoreFileInfo file in repository.Files.ListAsync(StoreFileKind.Lock, cancellationToken))
        {
            if (!Sha256Hash.TryParse(file.Name, out Sha256Hash id))
            {
                continue;
            }

            try
            {
                byte[]? json = await repository.Files.FindAsync(StoreFileKind.Lock, id, MaxLockLength, cancellationToken);
                _ = json is null ? null : JsonSerializer.Deserialize(json, LockJson.Default.LockRecord);
            }
            catch (HandyBackupException e) when (e.Code == ErrorCode.LockDamaged)
            {
                await AddLockAsync(file, e.Message, cancellationToken);
            }
            catch (JsonException e)
            {
                await AddLockAsync(file, $"The lock cannot be understood: {e.Message}", cancellationToken);
            }
        }
    }

    // A lock holds nothing that could be lost.
    private ValueTask AddLockAsync(StoreFileInfo file, string message, CancellationToken cancellationToken) =>
        report.AddUntidinessAsync(ErrorCode.LockDamaged, FileErrors.PathOf(new StoreFile(StoreFileKind.Lock, file.Name)), message, cancellationToken);
}
