using HandyBackup.Contracts;
using HandyBackup.Stores;
using static HandyBackup.Repository.Tests.Packs.TestBlobs;

namespace HandyBackup.Repository.Tests.Maintenance;

public sealed class RepositoryPruneTests
{
    private const int Limit = 60_000;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static byte[][] Contents(int seed, int count, int length = 20_000)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            byte[] content = new byte[length];
            random.NextBytes(content);
            return content;
        })];
    }

    [Fact(Timeout = Limit)]
    public async Task What_only_a_removed_snapshot_needed_leaves_the_index_now_and_the_place_after_the_grace()
    {
        await using PruneBench bench = await PruneBench.CreateAsync();
        SnapshotId kept = await bench.BackUpAsync(Contents(1, 5));
        SnapshotId removed = await bench.BackUpAsync(Contents(2, 5));
        int packs = bench.Count(StoreFileKind.Pack);
        await bench.RemoveAsync(removed);

        PruneResult first = await bench.PruneAsync();

        Assert.Equal((1, 0, 1), (first.Snapshots, first.RestorableSnapshots, first.ExpiredSnapshots));
        Assert.Equal((2, 0, 2), (first.UnusedPacks, first.RemovedPacks, first.CondemnedPacks));
        Assert.InRange(first.FollowingBytes, 100_000, 110_000);
        Assert.Equal(packs, bench.Count(StoreFileKind.Pack));
        Assert.Equal(0, bench.Count(StoreFileKind.RemovedSnapshot));
        await bench.AssertSoundAsync(kept);
        Assert.False(bench.Repository.Contains(IdOf(Contents(2, 1)[0]), BlobType.Data));

        PruneResult tooSoon = await bench.PruneAsync();
        Assert.Equal((0, 2, packs), (tooSoon.RemovedPacks, tooSoon.CondemnedPacks, bench.Count(StoreFileKind.Pack)));

        bench.Time.Ahead += PruneBench.SweepGrace;
        PruneResult last = await bench.PruneAsync();

        Assert.Equal((2, 0, first.FollowingBytes), (last.RemovedPacks, last.CondemnedPacks, last.FreedBytes));
        Assert.Equal((packs - 2, 0), (bench.Count(StoreFileKind.Pack), bench.Count(StoreFileKind.CondemnedPacks)));
        await bench.AssertSoundAsync(kept);
    }

    [Fact(Timeout = Limit)]
    public async Task Without_a_grace_the_place_comes_back_in_the_same_run()
    {
        await using PruneBench bench = await PruneBench.CreateAsync();
        byte[][] shared = Contents(1, 20);
        SnapshotId removed = await bench.BackUpAsync(shared);
        SnapshotId kept = await bench.BackUpAsync(shared[..8]);
        await bench.RemoveAsync(removed);
        int packs = bench.Count(StoreFileKind.Pack);

        PruneResult plan = await bench.PruneAsync(new PruneOptions { RemovalGrace = TimeSpan.Zero, PlanOnly = true }, sweepGrace: TimeSpan.Zero);
        PruneResult result = await bench.PruneAsync(sweepGrace: TimeSpan.Zero);

        Assert.Equal(plan, result);
        Assert.Equal((2, 0, 0), (result.RemovedPacks, result.CondemnedPacks, result.FollowingBytes));
        Assert.InRange(result.FreedBytes, 400_000, 420_000);
        Assert.Equal((packs - 1, 0), (bench.Count(StoreFileKind.Pack), bench.Count(StoreFileKind.CondemnedPacks)));
        await bench.AssertSoundAsync(kept);
    }

    [Fact(Timeout = Limit)]
    public async Task Without_a_grace_who_still_reads_is_waited_for_all_the_same()
    {
        await using PruneBench bench = await PruneBench.CreateAsync();
        SnapshotId removed = await bench.BackUpAsync(Contents(2, 5));
        SnapshotId kept = await bench.BackUpAsync(Contents(1, 5));
        await bench.RemoveAsync(removed);

        using (bench.Repository.BeginUse())
        {
            PruneResult beside = await bench.PruneAsync(sweepGrace: TimeSpan.Zero);
            Assert.Equal((0, 2), (beside.RemovedPacks, beside.CondemnedPacks));
        }

        PruneResult after = await bench.PruneAsync(sweepGrace: TimeSpan.Zero);
        Assert.Equal((2, 0), (after.RemovedPacks, after.CondemnedPacks));
        await bench.AssertSoundAsync(kept);
    }

    [Fact(Timeout = Limit)]
    public async Task Plan_says_what_the_prune_then_does_and_changes_nothing()
    {
        await using PruneBench bench = await PruneBench.CreateAsync();
        byte[][] shared = Contents(1, 20);
        SnapshotId removed = await bench.BackUpAsync(shared);
        SnapshotId kept = await bench.BackUpAsync(shared[..8]);
        await bench.RemoveAsync(removed);
        HashSet<StoreFile> before = [.. bench.Memory.Files];

        PruneResult plan = await bench.PruneAsync(new PruneOptions { RemovalGrace = TimeSpan.Zero, PlanOnly = true });

        Assert.Equal(before, bench.Memory.Files.Where(file => file.Kind != StoreFileKind.Lock).ToHashSet());
        PruneResult done = await bench.PruneAsync();
        Assert.Equal(plan, done);
        Assert.Equal((1, 1), (done.UnusedPacks, done.RewrittenPacks));
        Assert.InRange(done.CopiedBytes, 160_000, 165_000);
        await bench.AssertSoundAsync(kept);
    }

    [Theory(Timeout = Limit)]
    [InlineData(0, 1, 0)]
    [InlineData(60, 0, 200_000)]
    public async Task Packs_are_rewritten_only_above_the_waste_that_is_tolerated(double maxUnused, int rewritten, long tolerated)
    {
        await using PruneBench bench = await PruneBench.CreateAsync();
        byte[][] shared = Contents(1, 20);
        SnapshotId removed = await bench.BackUpAsync(shared);
        SnapshotId kept = await bench.BackUpAsync(shared[..10]);
        await bench.RemoveAsync(removed);

        PruneResult done = await bench.PruneAsync(new PruneOptions { RemovalGrace = TimeSpan.Zero, MaxUnusedPercent = maxUnused });

        Assert.Equal(rewritten, done.RewrittenPacks);
        Assert.InRange(done.ToleratedBytes, tolerated, tolerated + 1000);
        await bench.AssertSoundAsync(kept);
        PruneResult again = await bench.PruneAsync(new PruneOptions { RemovalGrace = TimeSpan.Zero, MaxUnusedPercent = maxUnused });
        Assert.Equal((0, 0), (again.RewrittenPacks, again.UnusedPacks));
    }

    [Fact(Timeout = Limit)]
    public async Task Of_a_blob_that_lies_in_two_packs_one_copy_stays()
    {
        await using PruneBench bench = await PruneBench.CreateAsync();
        byte[][] contents = Contents(1, 5);
        await using PruneBench other = await PruneBench.CreateAsync(bench.Memory);
        SnapshotId first = await bench.BackUpAsync(contents);
        SnapshotId second = await other.BackUpAsync([.. contents, .. Contents(2, 1)]);

        PruneResult done = await bench.PruneAsync();

        Assert.Equal((1, 0), (done.UnusedPacks, done.RewrittenPacks));
        await bench.AssertSoundAsync(first, second);
    }

    [Fact(Timeout = Limit)]
    public async Task Many_small_packs_are_merged()
    {
        await using PruneBench bench = await PruneBench.CreateAsync();
        List<SnapshotId> snapshots = [];
        for (int i = 0; i < 12; i++)
        {
            snapshots.Add(await bench.BackUpAsync(Contents(i, 2)));
        }

        PruneResult done = await bench.PruneAsync();
        bench.Time.Ahead += PruneBench.SweepGrace;
        await bench.PruneAsync();

        Assert.Equal((24, 24, 0), (done.Packs, done.RewrittenPacks, done.UnusedPacks));
        Assert.Equal((2, 1), (bench.Count(StoreFileKind.Pack), bench.Count(StoreFileKind.Index)));
        await bench.AssertSoundAsync(snapshots);
    }

    // Packs of trees never grow to what a small pack of data has.
    [Fact(Timeout = Limit)]
    public async Task Many_packs_of_trees_are_left_alone_when_they_are_not_small_for_such()
    {
        await using PruneBench bench = await PruneBench.CreateAsync();
        byte[][] content = [Contents(1, 1)[0]];
        await PutAsync(bench.Repository.Writer, content[0]);
        for (int i = 0; i < 10; i++)
        {
            IEnumerable<(string, byte[][])> files = Enumerable.Range(0, 8_000).Select(file => ($"file {i:D5} {file:D5}", content));
            await SaveSnapshotAsync(bench.Repository, files, compressed: false);
        }

        PruneResult result = await bench.PruneAsync();

        Assert.InRange(result.Bytes / result.Packs, PackFormat.TreeTargetSize / 4, PackFormat.TargetSize / 4);
        Assert.Equal((11, 0, 0), (result.Packs, result.RewrittenPacks, result.CondemnedPacks));
    }

    [Fact(Timeout = Limit)]
    public async Task Removed_snapshot_keeps_its_data_until_the_grace_has_ended()
    {
        await using PruneBench bench = await PruneBench.CreateAsync();
        SnapshotId kept = await bench.BackUpAsync(Contents(1, 5));
        SnapshotId removed = await bench.BackUpAsync(Contents(2, 5));
        await bench.RemoveAsync(removed);
        var options = new PruneOptions { RemovalGrace = PruneBench.Grace };

        bench.Time.Ahead += PruneBench.Grace - TimeSpan.FromHours(1);
        PruneResult early = await bench.PruneAsync(options);
        Assert.Equal((1, 0), (early.RestorableSnapshots, early.UnusedPacks));
        await bench.Open.RemovedSnapshots.RestoreAsync(removed, PruneBench.Grace, Stop);
        await bench.AssertSoundAsync(kept, removed);

        await bench.RemoveAsync(removed);
        bench.Time.Ahead += PruneBench.Grace;
        PruneResult late = await bench.PruneAsync(options);
        Assert.Equal((0, 1, 2), (late.RestorableSnapshots, late.ExpiredSnapshots, late.UnusedPacks));
        await TestRepository.AssertFailsAsync(ErrorCode.SnapshotNotFound, () => bench.Open.RemovedSnapshots.RestoreAsync(removed, TimeSpan.MaxValue, Stop));
        await bench.AssertSoundAsync(kept);
    }

    [Fact(Timeout = Limit)]
    public async Task Packs_that_no_index_names_are_condemned_and_not_adopted_any_more()
    {
        await using PruneBench bench = await PruneBench.CreateAsync();
        SnapshotId kept = await bench.BackUpAsync(Contents(1, 5));
        HashSet<StoreFile> before = bench.Files(StoreFileKind.Index);
        SnapshotId lost = await bench.BackUpAsync(Contents(2, 5));
        await bench.Memory.RemoveAsync(bench.Files(StoreFileKind.Index).Except(before).Single(), Stop);
        await bench.Memory.RemoveAsync(new StoreFile(StoreFileKind.Snapshot, lost.ToString()), Stop);
        await bench.RestartAsync();

        PruneResult done = await bench.PruneAsync();
        Assert.Equal((2, 2), (done.UnusedPacks, done.CondemnedPacks));

        await bench.RestartAsync();
        Assert.Equal(default, await bench.Repository.AdoptStrayPacksAsync(Stop));
        bench.Time.Ahead += PruneBench.SweepGrace;
        Assert.Equal(2, (await bench.PruneAsync()).RemovedPacks);
        Assert.Equal(2, bench.Count(StoreFileKind.Pack));
        await bench.AssertSoundAsync(kept);
    }

    [Fact(Timeout = Limit)]
    public async Task Condemned_pack_that_an_index_names_again_is_kept()
    {
        await using PruneBench bench = await PruneBench.CreateAsync();
        byte[][] contents = Contents(2, 5);
        SnapshotId kept = await bench.BackUpAsync(Contents(1, 5));
        HashSet<StoreFile> before = bench.Files(StoreFileKind.Index);
        SnapshotId removed = await bench.BackUpAsync(contents);
        StoreFile index = bench.Files(StoreFileKind.Index).Except(before).Single();
        byte[] saved = bench.Memory[index];
        await bench.RemoveAsync(removed);
        await bench.PruneAsync();

        // As restic's rebuild-index does.
        bench.Memory[index] = saved;
        await bench.Repository.RefreshAsync(Stop);
        SnapshotId again = await bench.BackUpAsync(contents);
        bench.Time.Ahead += PruneBench.SweepGrace;
        PruneResult done = await bench.PruneAsync();

        Assert.Equal((0, 0), (done.RemovedPacks, done.CondemnedPacks));
        Assert.Equal(0, bench.Count(StoreFileKind.CondemnedPacks));
        await bench.AssertSoundAsync(kept, again);
    }

    [Fact(Timeout = Limit)]
    public async Task Damaged_trash_and_damaged_list_of_condemned_packs_are_named_by_a_check_and_lose_nothing()
    {
        await using PruneBench bench = await PruneBench.CreateAsync();
        SnapshotId kept = await bench.BackUpAsync(Contents(1, 5));
        await bench.RemoveAsync(await bench.BackUpAsync(Contents(2, 5)));
        await bench.PruneAsync();
        await bench.RemoveAsync(await bench.BackUpAsync(Contents(3, 5)));
        StoreFile[] files = [bench.Files(StoreFileKind.CondemnedPacks).Single(), bench.Files(StoreFileKind.RemovedSnapshot).Single()];
        foreach (StoreFile file in files)
        {
            bench.Memory[file] = bench.Memory[file][..^1];
        }

        List<CheckFinding> findings = await TestRepository.ToListAsync(RepositoryCheck.RunAsync(bench.Open, new CheckOptions(), new Progress<RunProgress>(), Stop));

        Assert.Contains(findings, finding => !finding.IsDamage && finding.Code == ErrorCode.CondemnedPacksDamaged && finding.Target.EndsWith(files[0].Name, StringComparison.Ordinal));
        Assert.Contains(findings, finding => !finding.IsDamage && finding.Code == ErrorCode.SnapshotDamaged && finding.Target.EndsWith(files[1].Name, StringComparison.Ordinal));
        await bench.AssertSoundAsync(kept);
    }

    [Fact(Timeout = Limit)]
    public async Task Pack_that_a_backup_has_not_indexed_yet_is_not_taken_for_abandoned()
    {
        await using PruneBench bench = await PruneBench.CreateAsync();
        SnapshotId kept = await bench.BackUpAsync(Contents(1, 5));
        byte[][] large = Contents(2, 40, 1_000_000);
        foreach (byte[] content in large)
        {
            await PutAsync(bench.Repository.Writer, content);
        }

        while (bench.Count(StoreFileKind.Pack) < 3)
        {
            await Task.Yield();
        }

        PruneResult done = await bench.PruneAsync();
        bench.Time.Ahead += PruneBench.SweepGrace;
        await bench.PruneAsync();

        Assert.Equal(0, done.CondemnedPacks);
        SnapshotId saved = await bench.SaveAsync(large);
        await bench.AssertSoundAsync(kept, saved);
    }

    [Fact(Timeout = Limit)]
    public async Task Repository_whose_every_snapshot_was_removed_becomes_empty_with_Force_after_the_grace_only()
    {
        await using PruneBench bench = await PruneBench.CreateAsync();
        await bench.RemoveAsync(await bench.BackUpAsync(Contents(1, 5)));
        var options = new PruneOptions { RemovalGrace = PruneBench.Grace, Force = true };

        await TestRepository.AssertFailsAsync(ErrorCode.NoSnapshotsListed, () => bench.PruneAsync(options));
        bench.Time.Ahead += PruneBench.Grace;
        await TestRepository.AssertFailsAsync(ErrorCode.NoSnapshotsListed, () => bench.PruneAsync(options with { Force = false }));
        await bench.PruneAsync(options);
        bench.Time.Ahead += PruneBench.SweepGrace;
        await bench.PruneAsync(options);

        Assert.Equal((0, 0), (bench.Count(StoreFileKind.Pack), bench.Count(StoreFileKind.Index)));
        await bench.AssertSoundAsync();
    }
}
