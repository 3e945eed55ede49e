using HandyBackup.Contracts;
using HandyBackup.Repository.Tests.Maintenance;
using HandyBackup.Stores;

namespace HandyBackup.Repository.Tests.Repair;

/// <summary>What cannot be read of the trash, or of the lists of condemned packs, is removed, so that prunes go on.</summary>
public sealed class RemovalsRepairTests
{
    private const int Limit = 60_000;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = Limit)]
    public async Task Unreadable_file_of_the_trash_is_removed_and_the_next_prune_goes_on()
    {
        await using PruneBench bench = await PruneBench.CreateAsync();
        SnapshotId kept = await bench.BackUpAsync([.. Enumerable.Range(0, 10).Select(i => new byte[5000 + i])]);
        SnapshotId damaged = await bench.BackUpAsync(new byte[7000]);
        SnapshotId restorable = await bench.BackUpAsync(new byte[8000]);
        await bench.RemoveAsync(damaged, restorable);
        var file = new StoreFile(StoreFileKind.RemovedSnapshot, damaged.ToString());
        Alter(bench.Memory, file);
        var inGrace = new PruneOptions { RemovalGrace = PruneBench.Grace };
        HandyBackupException refusal = await TestRepository.AssertFailsAsync(ErrorCode.UsageUnknown, () => bench.PruneAsync(inGrace));
        Assert.Contains("Repair-HBRepository", refusal.Advice, StringComparison.Ordinal);

        RepairFinding planned = Assert.Single(await RepairAsync(bench, planOnly: true));
        Assert.Contains(file, bench.Memory.Files);
        RepairFinding finding = Assert.Single(await RepairAsync(bench));

        Assert.Equal((RepairOutcome.Removed, ErrorCode.SnapshotDamaged, FileErrors.PathOf(file)), (finding.Outcome, finding.Code, finding.Target));
        Assert.Equal((planned.Outcome, planned.Code, planned.Target), (finding.Outcome, finding.Code, finding.Target));
        Assert.Equal([new StoreFile(StoreFileKind.RemovedSnapshot, restorable.ToString())], bench.Files(StoreFileKind.RemovedSnapshot));
        PruneResult pruned = await bench.PruneAsync(inGrace);
        Assert.Equal((1, 1), (pruned.Snapshots, pruned.RestorableSnapshots));
        Assert.True(pruned.UnusedPacks + pruned.RewrittenPacks > 0);
        await bench.Open.RemovedSnapshots.RestoreAsync(restorable, PruneBench.Grace, Stop);
        await bench.AssertSoundAsync(kept, restorable);
    }

    [Fact(Timeout = Limit)]
    public async Task Snapshot_that_was_damaged_before_it_was_removed_leaves_the_trash()
    {
        await using PruneBench bench = await PruneBench.CreateAsync();
        SnapshotId kept = await bench.BackUpAsync(new byte[5000]);
        SnapshotId damaged = await bench.BackUpAsync(new byte[7000]);
        Alter(bench.Memory, new StoreFile(StoreFileKind.Snapshot, damaged.ToString()));
        await bench.RemoveAsync(damaged);

        Assert.Equal(RepairOutcome.Removed, Assert.Single(await RepairAsync(bench)).Outcome);

        Assert.Empty(bench.Files(StoreFileKind.RemovedSnapshot));
        Assert.Empty(await RepairAsync(bench));
        await bench.AssertSoundAsync(kept);
    }

    [Fact(Timeout = Limit)]
    public async Task Snapshot_that_is_there_survives_its_damaged_copy_in_the_trash()
    {
        await using PruneBench bench = await PruneBench.CreateAsync();
        SnapshotId kept = await bench.BackUpAsync(new byte[5000]);
        var file = new StoreFile(StoreFileKind.Snapshot, kept.ToString());
        byte[] content = bench.Memory[file];
        await bench.RemoveAsync(kept);
        bench.Memory[file] = content;
        Alter(bench.Memory, new StoreFile(StoreFileKind.RemovedSnapshot, kept.ToString()));

        Assert.Single(await RepairAsync(bench));

        Assert.Empty(bench.Files(StoreFileKind.RemovedSnapshot));
        await bench.AssertSoundAsync(kept);
    }

    [Fact(Timeout = Limit)]
    public async Task Unreadable_list_of_condemned_packs_is_removed_and_its_packs_are_condemned_again()
    {
        await using PruneBench bench = await PruneBench.CreateAsync();
        SnapshotId kept = await bench.BackUpAsync(new byte[5000]);
        await bench.RemoveAsync(await bench.BackUpAsync(new byte[7000]));
        PruneResult first = await bench.PruneAsync();
        StoreFile list = bench.Files(StoreFileKind.CondemnedPacks).Single();
        Alter(bench.Memory, list);

        List<RepairFinding> findings = await RepairAsync(bench);

        // Nothing says any more that they were to go, so the packs come back into the index first.
        Assert.Equal([RepairOutcome.Rebuilt, RepairOutcome.Removed], findings.Select(finding => finding.Outcome));
        Assert.Equal((ErrorCode.CondemnedPacksDamaged, FileErrors.PathOf(list)), (findings[1].Code, findings[1].Target));
        Assert.Empty(bench.Files(StoreFileKind.CondemnedPacks));
        await bench.RestartAsync();
        Assert.Equal(first.CondemnedPacks, (await bench.PruneAsync()).CondemnedPacks);
        bench.Time.Ahead += PruneBench.SweepGrace;
        Assert.Equal(first.CondemnedPacks, (await bench.PruneAsync()).RemovedPacks);
        await bench.AssertSoundAsync(kept);
    }

    private static void Alter(Testing.MemoryStore store, StoreFile file)
    {
        byte[] altered = [.. store[file]];
        altered[altered.Length / 2] ^= 1;
        store[file] = altered;
    }

    private static Task<List<RepairFinding>> RepairAsync(PruneBench bench, bool planOnly = false) =>
        TestRepository.ToListAsync(RepositoryRepair.RunAsync(bench.Open, new RepairOptions { PlanOnly = planOnly }, new Progress<RunProgress>(), Stop));
}
