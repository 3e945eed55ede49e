using HandyBackup.Contracts;
using HandyBackup.Repository.Tests.Maintenance;
using HandyBackup.Stores;
using HandyBackup.Testing;

namespace HandyBackup.Repository.Tests.Proof;

/// <summary>
/// The store is full at the n-th file that is written, for every n, and stays full until somebody makes space: what was there is whole all the while, the error says what is
/// wrong, and afterwards the same process does the same work to its end.
/// </summary>
public sealed class FullStoreTests
{
    private const int Limit = 240_000;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory(Timeout = Limit)]
    [InlineData(0)]
    [InlineData(3)]
    public async Task Backup(int parityPercent)
    {
        await using PruneBench start = await PruneBench.CreateAsync();
        SnapshotId kept = await start.BackUpAsync(Contents(1, 3));
        await FullEverywhereAsync(start, parityPercent, bench => bench.BackUpAsync(Contents(2, 5)), [kept], async bench =>
        {
            SnapshotId made = await bench.BackUpAsync(Contents(2, 5));
            return [kept, made];
        });
    }

    [Theory(Timeout = Limit)]
    [InlineData(0)]
    [InlineData(3)]
    public async Task Prune(int parityPercent)
    {
        await using PruneBench start = await PruneBench.CreateAsync();
        SnapshotId kept = await start.BackUpAsync(Contents(1, 3));
        SnapshotId removed = await start.BackUpAsync(Contents(2, 6));
        SnapshotId half = await start.BackUpAsync(Contents(2, 2));
        await start.RemoveAsync(removed);
        await FullEverywhereAsync(start, parityPercent, bench => bench.PruneAsync(), [kept, half], async bench =>
        {
            await bench.PruneAsync();
            bench.Time.Ahead += PruneBench.SweepGrace;
            Assert.Equal((0, 0), ((await bench.PruneAsync()).UnusedPacks, bench.Count(StoreFileKind.CondemnedPacks)));
            return [kept, half];
        });
    }

    [Fact(Timeout = Limit)]
    public async Task Removal()
    {
        await using PruneBench start = await PruneBench.CreateAsync();
        SnapshotId kept = await start.BackUpAsync(Contents(1, 3));
        SnapshotId removed = await start.BackUpAsync(Contents(2, 3));
        await FullEverywhereAsync(start, 0, bench => bench.RemoveAsync(removed), [kept, removed], async bench =>
        {
            await bench.RemoveAsync(removed);
            return [kept];
        });
    }

    [Fact(Timeout = Limit)]
    public async Task Copy()
    {
        await using PruneBench source = await PruneBench.CreateAsync();
        SnapshotId original = await source.BackUpAsync(Contents(2, 5));
        await using PruneBench start = await PruneBench.CreateAsync();
        SnapshotId kept = await start.BackUpAsync(Contents(1, 3));
        await FullEverywhereAsync(start, 0, bench => CopyAsync(source, original, bench), [kept], async bench => [kept, await CopyAsync(source, original, bench)]);
    }

    [Theory(Timeout = Limit)]
    [InlineData(0)]
    [InlineData(3)]
    public async Task Repair_of_a_lost_index(int parityPercent)
    {
        await using PruneBench start = await PruneBench.CreateAsync();
        SnapshotId kept = await start.BackUpAsync(Contents(1, 3));
        await start.Memory.RemoveAsync(start.Files(StoreFileKind.Index).Single(), Stop);
        await FullEverywhereAsync(start, parityPercent, RepairAsync, expected: null, async bench =>
        {
            await RepairAsync(bench);
            await bench.Repository.RefreshAsync(Stop);
            return [kept];
        });
    }

    private static byte[][] Contents(int seed, int count) => [.. Enumerable.Range(0, count).Select(i => (byte[])[.. BitConverter.GetBytes(seed), .. new byte[2000 + i]])];

    private static async Task<SnapshotId> CopyAsync(PruneBench source, SnapshotId id, PruneBench target) =>
        (await new SnapshotCopy(source.Repository, target.Repository, new Progress<RunProgress>(), _ => { }).RunAsync(id, Stop)).Id;

    private static Task RepairAsync(PruneBench bench) =>
        TestRepository.ToListAsync(RepositoryRepair.RunAsync(bench.Open, new RepairOptions(), new Progress<RunProgress>(), Stop));

    private static async Task FullEverywhereAsync(
        PruneBench start, int parityPercent, Func<PruneBench, Task> work, SnapshotId[]? expected, Func<PruneBench, Task<SnapshotId[]>> goOn)
    {
        int writes = 0;
        for (bool isDone = false; !isDone; writes++)
        {
            await using PruneBench bench = await PruneBench.CreateAsync(start.CopyFiles());
            bench.Time.Ahead = start.Time.Ahead;
            bench.Open.ParityPercent = parityPercent;
            int left = writes;
            bench.Store.Before = (operation, _) =>
                operation is StoreOperation.Save or StoreOperation.Replace && Interlocked.Decrement(ref left) < 0 ? throw new StoreException(StoreError.Full, "No space is left.") : Task.CompletedTask;
            try
            {
                await work(bench);
                isDone = Volatile.Read(ref left) >= 0;
            }
            catch (HandyBackupException exception)
            {
                Assert.Equal(ErrorCode.StoreFull, exception.Code);
            }

            bench.Store.Forget();
            Assert.Equal(0, bench.Count(StoreFileKind.Lock));
            if (expected is not null && !isDone)
            {
                await bench.AssertSoundAsync(expected);
            }

            if (!isDone)
            {
                await bench.AssertSoundAsync(await goOn(bench));
            }
        }

        Assert.InRange(writes, 3, 200);
    }
}
