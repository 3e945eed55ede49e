using HandyBackup.Contracts;
using HandyBackup.Stores;

namespace HandyBackup.Repository.Tests.Maintenance;

/// <summary>The process dies at every single call to the store, before or after the call took effect: nothing is lost, and the same again completes.</summary>
public sealed class PruneCrashTests
{
    private const int Limit = 240_000;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static byte[][] Contents(int seed, int count) => [.. Enumerable.Range(0, count).Select(i => (byte[])[.. BitConverter.GetBytes(seed), .. new byte[2000 + i]])];

    [Theory(Timeout = Limit)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Removal(bool tookEffect)
    {
        await using PruneBench start = await PruneBench.CreateAsync();
        SnapshotId kept = await start.BackUpAsync(Contents(1, 3));
        SnapshotId removed = await start.BackUpAsync(Contents(2, 3));
        await DieEverywhereAsync(start, tookEffect, bench => bench.RemoveAsync(removed), async bench =>
        {
            bool isThere = bench.Files(StoreFileKind.Snapshot).Contains(new StoreFile(StoreFileKind.Snapshot, removed.ToString()));
            await bench.AssertSoundAsync(isThere ? [kept, removed] : [kept]);
            if (isThere)
            {
                await bench.RemoveAsync(removed);
            }

            await bench.AssertSoundAsync(kept);
            await bench.Open.RemovedSnapshots.RestoreAsync(removed, PruneBench.Grace, Stop);
            await bench.AssertSoundAsync(kept, removed);
        });
    }

    [Theory(Timeout = Limit)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Restore_from_the_trash(bool tookEffect)
    {
        await using PruneBench start = await PruneBench.CreateAsync();
        SnapshotId kept = await start.BackUpAsync(Contents(1, 3));
        SnapshotId removed = await start.BackUpAsync(Contents(2, 3));
        await start.RemoveAsync(removed);
        await DieEverywhereAsync(start, tookEffect, bench => bench.Open.RemovedSnapshots.RestoreAsync(removed, PruneBench.Grace, Stop), async bench =>
        {
            if (bench.Count(StoreFileKind.RemovedSnapshot) > 0)
            {
                await bench.Open.RemovedSnapshots.RestoreAsync(removed, PruneBench.Grace, Stop);
            }

            Assert.Equal(0, bench.Count(StoreFileKind.RemovedSnapshot));
            await bench.AssertSoundAsync(kept, removed);
        });
    }

    [Theory(Timeout = Limit)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Prune(bool tookEffect)
    {
        await using PruneBench start = await PruneBench.CreateAsync();
        SnapshotId first = await start.BackUpAsync(Contents(1, 6));
        SnapshotId gone = await start.BackUpAsync(Contents(2, 6));
        SnapshotId second = await start.BackUpAsync(Contents(2, 2));
        await start.RemoveAsync(gone);
        await DieEverywhereAsync(start, tookEffect, bench => bench.PruneAsync(), async bench =>
        {
            await bench.AssertSoundAsync(first, second);
            SnapshotId third = await bench.BackUpAsync(Contents(2, 4));
            await bench.PruneAsync();
            await bench.AssertSoundAsync(first, second, third);
            bench.Time.Ahead += PruneBench.SweepGrace;
            PruneResult last = await bench.PruneAsync();
            Assert.Equal((0, 0), (last.UnusedPacks, last.CondemnedPacks));
            await bench.AssertSoundAsync(first, second, third);
        });
    }

    [Theory(Timeout = Limit)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Sweep(bool tookEffect)
    {
        await using PruneBench start = await PruneBench.CreateAsync();
        SnapshotId kept = await start.BackUpAsync(Contents(1, 6));
        await start.RemoveAsync(await start.BackUpAsync(Contents(2, 6)));
        await start.PruneAsync();
        start.Time.Ahead += PruneBench.SweepGrace;
        await DieEverywhereAsync(start, tookEffect, bench => bench.PruneAsync(), async bench =>
        {
            await bench.AssertSoundAsync(kept);
            await bench.PruneAsync();
            Assert.Equal((2, 0), (bench.Count(StoreFileKind.Pack), bench.Count(StoreFileKind.CondemnedPacks)));
            await bench.AssertSoundAsync(kept);
        });
    }

    private static async Task DieEverywhereAsync(PruneBench start, bool tookEffect, Func<PruneBench, Task> work, Func<PruneBench, Task> prove)
    {
        int deaths = 0;
        for (bool isDone = false; !isDone;)
        {
            await using PruneBench bench = await PruneBench.CreateAsync(start.CopyFiles());
            bench.Time.Ahead = start.Time.Ahead;
            bench.Store.DieAt(deaths + 1, tookEffect);
            try
            {
                await work(bench);
                isDone = bench.Store.Calls < deaths + 1;
            }
            catch (HandyBackupException exception) when (exception.Code == ErrorCode.StoreUnavailable)
            {
                // It died.
            }

            deaths++;
            await bench.RestartAsync();
            await prove(bench);
        }

        Assert.InRange(deaths, 5, 2000);
    }
}
