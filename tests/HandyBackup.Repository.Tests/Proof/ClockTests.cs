using HandyBackup.Contracts;
using HandyBackup.Repository.Tests.Maintenance;
using HandyBackup.Stores;
using HandyBackup.Testing;

namespace HandyBackup.Repository.Tests.Proof;

/// <summary>The clock on the wall is set back and forth while a server runs: no grace is cut short, no lock that is held is taken for stale, and none blocks for ever.</summary>
public sealed class ClockTests
{
    private const int Limit = 120_000;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory(Timeout = Limit)]
    [InlineData(400)]
    [InlineData(-400)]
    public async Task Grace_of_a_removal_lasts_although_the_clock_is_set_before_or_after_it(int days)
    {
        await using PruneBench bench = await PruneBench.CreateAsync();
        SnapshotId kept = await bench.BackUpAsync(Content(1));
        SnapshotId early = await bench.BackUpAsync(Content(2));
        SnapshotId late = await bench.BackUpAsync(Content(3));
        var options = new PruneOptions { RemovalGrace = PruneBench.Grace, MaxUnusedPercent = 0 };
        await bench.RemoveAsync(early);
        bench.Time.Set = TimeSpan.FromDays(days);
        await bench.RemoveAsync(late);
        await bench.PruneAsync(options);
        bench.Time.Set = TimeSpan.Zero;
        bench.Time.Ahead += PruneBench.Grace - TimeSpan.FromHours(1);

        Assert.Equal((2, 0), Counts(await bench.PruneAsync(options)));
        await bench.Open.RemovedSnapshots.RestoreAsync(early, PruneBench.Grace, Stop);
        await bench.Open.RemovedSnapshots.RestoreAsync(late, PruneBench.Grace, Stop);
        await bench.AssertSoundAsync(kept, early, late);
        static (int, int) Counts(PruneResult result) => (result.RestorableSnapshots, result.ExpiredSnapshots);
    }

    [Theory(Timeout = Limit)]
    [InlineData(400)]
    [InlineData(-400)]
    public async Task Condemned_packs_stay_for_their_grace_although_the_clock_is_set_before_or_after(int days)
    {
        await using PruneBench bench = await PruneBench.CreateAsync();
        SnapshotId kept = await bench.BackUpAsync(Content(1));
        await bench.RemoveAsync(await bench.BackUpAsync(Content(2)));
        await bench.PruneAsync();
        bench.Time.Set = TimeSpan.FromDays(days);
        await bench.RemoveAsync(await bench.BackUpAsync(Content(3)));
        await bench.PruneAsync();
        bench.Time.Set = TimeSpan.Zero;

        PruneResult early = await bench.PruneAsync();
        Assert.Equal((0, 4), (early.RemovedPacks, early.CondemnedPacks));
        bench.Time.Ahead += PruneBench.SweepGrace;
        Assert.True((await bench.PruneAsync()).RemovedPacks >= 2);
        await bench.AssertSoundAsync(kept);
    }

    [Theory(Timeout = Limit)]
    [InlineData(2)]
    [InlineData(-2)]
    [InlineData(24 * 400)]
    [InlineData(-24 * 400)]
    public async Task Held_lock_keeps_everybody_else_out_wherever_the_clock_is_set(int hours)
    {
        await using PruneBench bench = await PruneBench.CreateAsync();
        await using RepositoryLock held = await bench.Open.Locks.AcquireAsync(exclusive: false, TimeSpan.Zero, Stop);
        bench.Time.Set = TimeSpan.FromHours(hours);

        HandyBackupException ours = await TestRepository.AssertFailsAsync(ErrorCode.RepositoryLocked, () => bench.Open.Locks.AcquireAsync(exclusive: true, TimeSpan.Zero, Stop));
        Assert.DoesNotContain("-", ours.Message[ours.Message.IndexOf(" +", StringComparison.Ordinal)..], StringComparison.Ordinal);
        Assert.Single(bench.Files(StoreFileKind.Lock));

        // Another process of the same machine sees the same clock.
        await using OpenRepository other = await OpenRepository.OpenAsync(bench.Memory, TestRepository.Password, bench.Time, Stop);
        await TestRepository.AssertFailsAsync(ErrorCode.RepositoryLocked, () => other.Locks.AcquireAsync(exclusive: true, TimeSpan.Zero, Stop));
        Assert.Single(bench.Files(StoreFileKind.Lock));
    }

    [Fact(Timeout = Limit)]
    public async Task Lock_of_a_host_whose_clock_is_ahead_blocks_for_half_an_hour_and_not_until_that_date()
    {
        await using PruneBench bench = await PruneBench.CreateAsync();
        var record = new LockRecord { Time = bench.Time.GetUtcNow().AddYears(10), Exclusive = true, HostName = "another", ProcessId = 1 };
        byte[] stored = bench.Open.Files.Seal(System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(record, LockJson.Default.LockRecord));
        bench.Memory[new StoreFile(StoreFileKind.Lock, StoredFiles.HashOf(stored).ToString())] = stored;

        HandyBackupException refused = await TestRepository.AssertFailsAsync(ErrorCode.RepositoryLocked, () => bench.Open.Locks.AcquireAsync(exclusive: false, TimeSpan.Zero, Stop));
        Assert.DoesNotContain("ago", refused.Message, StringComparison.Ordinal);
        bench.Time.Ahead += TimeSpan.FromMinutes(31);

        await using RepositoryLock held = await bench.Open.Locks.AcquireAsync(exclusive: false, TimeSpan.Zero, Stop);
        Assert.Single(bench.Files(StoreFileKind.Lock));
    }

    [Fact(Timeout = 24 * 3_600_000)]
    public Task Random_work_beside_a_jumping_clock_loses_nothing() => ProofRun.RunAsync("clock", everyday: 2, integration: 5, async seed =>
    {
        var random = new Random(seed);
        await using PruneBench bench = await PruneBench.CreateAsync();
        List<SnapshotId> alive = [await bench.BackUpAsync(Content(seed))];
        Dictionary<SnapshotId, TimeSpan> removed = [];
        for (int turn = 0; turn < 15; turn++)
        {
            bench.Time.Set = TimeSpan.FromHours(random.Next(-5000, 5000));
            bench.Time.Ahead += TimeSpan.FromHours(random.Next(20));
            alive.Add(await bench.BackUpAsync(Content(random.Next(20)), Content(random.Next(20))));
            SnapshotId victim = alive[random.Next(alive.Count)];
            await bench.RemoveAsync(victim);
            alive.Remove(victim);
            removed[victim] = bench.Time.Ahead;
            alive.Add(await bench.BackUpAsync(Content(random.Next(20))));
            PruneResult pruned = await bench.PruneAsync(new PruneOptions { RemovalGrace = PruneBench.Grace, MaxUnusedPercent = 0 });
            Assert.True(pruned is { FreedBytes: >= 0, FollowingBytes: >= 0, CondemnedPacks: >= 0 });
        }

        foreach ((SnapshotId id, TimeSpan when) in removed)
        {
            if (when + PruneBench.Grace > bench.Time.Ahead)
            {
                await bench.Open.RemovedSnapshots.RestoreAsync(id, PruneBench.Grace, Stop);
                alive.Add(id);
            }
        }

        await bench.AssertSoundAsync(alive);
    });

    private static byte[] Content(int seed) => [.. BitConverter.GetBytes(seed), .. new byte[2000]];
}
