using HandyBackup.Contracts;
using HandyBackup.Repository.Tests.Maintenance;
using HandyBackup.Stores;
using static HandyBackup.Repository.Tests.Packs.TestBlobs;

namespace HandyBackup.Repository.Tests.Repair;

/// <summary>A small repository with two snapshots, whose files tests damage and put back.</summary>
internal sealed class DamagedRepository : IAsyncDisposable
{
    private readonly Dictionary<string, byte[][]> _files = [];

    private DamagedRepository(IStore store, OpenRepository repository)
    {
        Store = store;
        Repository = repository;
    }

    public IStore Store { get; }

    public OpenRepository Repository { get; }

    public List<SnapshotId> Snapshots { get; } = [];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static async Task<DamagedRepository> CreateAsync(IStore store, int percent, int version = 2)
    {
        RepositoryCreation creation = TestRepository.Creation with { ParityPercent = percent, FormatVersion = version };
        OpenRepository repository = await OpenRepository.CreateAsync(store, TestRepository.Password, creation, new HastyTimeProvider(), Stop);
        var damaged = new DamagedRepository(store, repository);
        await damaged.BackUpAsync(1);
        await damaged.BackUpAsync(2);
        return damaged;
    }

    /// <summary>All files but locks and parity.</summary>
    public async Task<List<StoreFile>> ListAsync(params StoreFileKind[] kinds)
    {
        List<StoreFile> files = [];
        foreach (StoreFileKind kind in kinds.Length > 0 ? kinds : [StoreFileKind.Config, StoreFileKind.Key, StoreFileKind.Snapshot, StoreFileKind.Index, StoreFileKind.Pack])
        {
            await foreach (StoreFileInfo info in Store.ListAsync(kind, Stop))
            {
                files.Add(new StoreFile(kind, info.Name));
            }
        }

        return [.. files.OrderBy(file => file.Kind).ThenBy(file => file.Name, StringComparer.Ordinal)];
    }

    public async Task<byte[]> LoadAsync(StoreFile file)
    {
        byte[] content = new byte[(await Store.FindSizeAsync(file, Stop))!.Value];
        await Store.LoadAsync(file, 0, content, Stop);
        return content;
    }

    /// <summary>Puts other content into a file behind everybody's back; null removes it.</summary>
    public Task ReplaceAsync(StoreFile file, byte[]? content) =>
        content is null ? Store.RemoveAsync(file, Stop) : Store.ReplaceAsync(file, [content], Stop);

    public Task<List<CheckFinding>> CheckAsync(bool readData = true) =>
        TestRepository.ToListAsync(RepositoryCheck.RunAsync(Repository, new CheckOptions { Data = readData ? CheckedData.All : CheckedData.None }, new Progress<RunProgress>(), Stop));

    public Task<List<RepairFinding>> RepairAsync(RepairOptions? options = null) =>
        TestRepository.ToListAsync(RepositoryRepair.RunAsync(Repository, options ?? new RepairOptions(), new Progress<RunProgress>(), Stop));

    /// <summary>Reads everything of all snapshots as a restore does.</summary>
    /// <returns>How many files could not be read. A wrong byte fails the test.</returns>
    public Task<int> CountUnreadableAsync() => CountUnreadableInAsync(Store, repair: false);

    /// <summary>The same for a copy of the files, after it was repaired.</summary>
    public Task<int> CountUnreadableInAsync(IStore copy) => CountUnreadableInAsync(copy, repair: true);

    private async Task<int> CountUnreadableInAsync(IStore store, bool repair)
    {
        await using OpenRepository opened = await OpenRepository.OpenAsync(store, TestRepository.Password, new HastyTimeProvider(), Stop);
        if (repair)
        {
            await TestRepository.ToListAsync(RepositoryRepair.RunAsync(opened, new RepairOptions(), new Progress<RunProgress>(), Stop));
        }

        await using IndexedRepository indexed = await opened.LoadIndexAsync(Stop);
        int unreadable = 0;
        foreach (SnapshotId id in Snapshots)
        {
            Snapshot snapshot = await opened.Snapshots.LoadAsync(id, Stop);
            TreeNode folder = TreeReader.Read(await indexed.Reader.ReadAsync(snapshot.Tree, BlobType.Tree, Stop)).Single();
            foreach (TreeNode node in TreeReader.Read(await indexed.Reader.ReadAsync(folder.Subtree!.Value, BlobType.Tree, Stop)))
            {
                unreadable += await IsReadableAsync(indexed, System.Text.Encoding.UTF8.GetString(node.Name.Span), node) ? 0 : 1;
            }
        }

        return unreadable;
    }

    /// <summary>Stores the same files again, as the backup of a live source does.</summary>
    public async Task BackUpAsync(int seed)
    {
        await using IndexedRepository indexed = await Repository.LoadIndexAsync(Stop);
        var random = new Random(seed);
        // Longer than what parity only copies, and no more, since tests read all of it again and again.
        List<(string Name, byte[][] Blobs)> files = [.. Enumerable.Range(0, 8).Select(i => ($"{seed} {i}", new[] { RandomContent(random, 20_000), RandomContent(random, 15_000) }))];
        foreach (byte[] blob in files.SelectMany(file => file.Blobs))
        {
            await PutAsync(indexed.Writer, blob, compressed: blob.Length % 2 == 0);
        }

        SnapshotId id = await SaveSnapshotAsync(indexed, files, folder: $"folder {seed}");
        if (!Snapshots.Contains(id))
        {
            Snapshots.Add(id);
        }

        foreach ((string name, byte[][] blobs) in files)
        {
            _files[name] = blobs;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Repository.DisposeAsync();
        await Store.DisposeAsync();
    }

    private async Task<bool> IsReadableAsync(IndexedRepository indexed, string name, TreeNode node)
    {
        try
        {
            List<byte[]> read = [];
            foreach (BlobId id in node.Content!)
            {
                read.Add(await indexed.Reader.ReadAsync(id, BlobType.Data, Stop));
            }

            Assert.Equal(_files[name].SelectMany(blob => blob), read.SelectMany(blob => blob));
            return true;
        }
        catch (HandyBackupException exception) when (exception.Code is ErrorCode.BlobDamaged or ErrorCode.BlobMissing or ErrorCode.PackMissing)
        {
            return false;
        }
    }
}
