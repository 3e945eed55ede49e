using HandyBackup.Contracts;
using HandyBackup.Stores;
using HandyBackup.Testing;
using static HandyBackup.Repository.Tests.Packs.TestBlobs;

namespace HandyBackup.Repository.Tests.Maintenance;

/// <summary>A repository in memory that snapshots are made in, removed from and pruned, by processes that may die.</summary>
internal sealed class PruneBench : IAsyncDisposable
{
    private PruneBench(MemoryStore memory)
    {
        Memory = memory;
        Store = new ObservedStore(memory);
    }

    public static TimeSpan Grace { get; } = TimeSpan.FromDays(7);

    public static TimeSpan SweepGrace { get; } = TimeSpan.FromDays(1);

    public MemoryStore Memory { get; }

    public ObservedStore Store { get; }

    public HastyTimeProvider Time { get; } = new();

    public OpenRepository Open { get; private set; } = null!;

    public IndexedRepository Repository { get; private set; } = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static async Task<PruneBench> CreateAsync(MemoryStore? memory = null)
    {
        var bench = new PruneBench(memory ?? new MemoryStore());
        await using (memory is null ? await TestRepository.CreateAsync(bench.Store, time: bench.Time) : null)
        {
            await bench.StartAsync();
        }

        return bench;
    }

    /// <summary>A copy of all files, for another bench.</summary>
    public MemoryStore CopyFiles()
    {
        var copy = new MemoryStore();
        foreach (StoreFile file in Memory.Files)
        {
            copy[file] = Memory[file];
        }

        return copy;
    }

    /// <summary>Ends the process, however it is, and starts another one. The locks of a process that is gone hold nobody up.</summary>
    /// <param name="loads">False to go on with the process as it is.</param>
    public async Task RestartAsync(bool loads = true)
    {
        if (!loads)
        {
            return;
        }

        await Repository.DisposeAsync();
        await Open.DisposeAsync();
        Store.Forget();
        foreach (StoreFile file in Memory.Files.Where(file => file.Kind == StoreFileKind.Lock))
        {
            await Memory.RemoveAsync(file, Stop);
        }

        await StartAsync();
    }

    /// <summary>Backs up files, each of one blob, as a backup of the server does.</summary>
    public async Task<SnapshotId> BackUpAsync(params byte[][] contents)
    {
        using RepositoryUse session = Repository.BeginUse();
        foreach (byte[] content in contents)
        {
            await PutAsync(Repository.Writer, content);
        }

        return await SaveAsync(contents);
    }

    /// <summary>Saves a snapshot of files whose blobs were put.</summary>
    public Task<SnapshotId> SaveAsync(params byte[][] contents) =>
        SaveSnapshotAsync(Repository, contents.Select((content, i) => ($"file {i:D5}", new[] { content })), folder: $"{contents.Length} {BitConverter.ToUInt32(contents[0])}");

    public async Task RemoveAsync(params IEnumerable<SnapshotId> snapshots)
    {
        foreach (SnapshotId snapshot in snapshots)
        {
            await using RepositoryLock exclusive = await Open.Locks.AcquireAsync(LockScope.Others, TimeSpan.Zero, Stop);
            await Open.RemovedSnapshots.RemoveAsync(snapshot, Stop);
        }
    }

    /// <summary>Prunes as the server does, with no trash unless a test wants one.</summary>
    public async Task<PruneResult> PruneAsync(PruneOptions? options = null, TimeSpan? sweepGrace = null)
    {
        await using RepositoryLock shared = await Open.Locks.AcquireAsync(exclusive: false, TimeSpan.Zero, Stop);
        options ??= new PruneOptions { RemovalGrace = TimeSpan.Zero };
        return await new RepositoryPrune(Repository, options with { SweepGrace = sweepGrace ?? SweepGrace }, new Progress<RunProgress>(), (exception, _) => throw exception).RunAsync(Stop);
    }

    /// <summary>Fails the test unless the repository is sound, every byte of it, and has these snapshots.</summary>
    public async Task AssertSoundAsync(params IEnumerable<SnapshotId> expected)
    {
        await using OpenRepository fresh = await OpenRepository.OpenAsync(Memory, TestRepository.Password, Time, Stop);
        List<CheckFinding> findings = await TestRepository.ToListAsync(RepositoryCheck.RunAsync(fresh, new CheckOptions { Data = CheckedData.All }, new Progress<RunProgress>(), Stop));
        Assert.DoesNotContain(findings, finding => finding.IsDamage);
        Assert.Equal(expected.Select(id => id.ToString()).Order(), Memory.Files.Where(file => file.Kind == StoreFileKind.Snapshot).Select(file => file.Name).Order());
    }

    public int Count(StoreFileKind kind) => Memory.Files.Count(file => file.Kind == kind);

    public HashSet<StoreFile> Files(StoreFileKind kind) => [.. Memory.Files.Where(file => file.Kind == kind)];

    public async ValueTask DisposeAsync()
    {
        await Repository.DisposeAsync();
        await Open.DisposeAsync();
    }

    private async Task StartAsync()
    {
        Open = await OpenRepository.OpenAsync(Store, TestRepository.Password, Time, Stop);
        Repository = await Open.LoadIndexAsync(Stop);
    }
}
