using HandyBackup.Contracts;
using HandyBackup.Repository.Tests.Maintenance;
using HandyBackup.Stores;

namespace HandyBackup.Repository.Tests.Verification;

/// <summary>What a prune copies into new packs stays as verified as it was.</summary>
public sealed class CarriedTimesTests
{
    private const int Limit = 60_000;

    private readonly MemoryVerificationRecord _record = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = Limit)]
    public async Task Snapshots_keep_their_times_when_their_packs_are_rewritten_and_the_new_packs_wait_to_be_read_back()
    {
        await using PruneBench bench = await PruneBench.CreateAsync();
        List<SnapshotId> snapshots = await FillAsync(bench);
        await CheckAsync(bench, CheckedData.All);
        Dictionary<SnapshotId, DateTimeOffset> before = new(_record.Snapshots);
        DateTimeOffset known = _record.Packs.Values.Max(pack => pack.Verified)!.Value;
        bench.Time.Ahead += TimeSpan.FromDays(1);

        await PruneTwiceAsync(bench, snapshots);
        await CheckAsync(bench, CheckedData.None);

        Assert.NotEmpty(snapshots);
        Assert.Equal(snapshots.ToDictionary(id => id, id => before[id]), _record.Snapshots);
        Assert.All(_record.Packs.Values, pack => Assert.Null(pack.Verified));
        // The data was not compressed, so that it was hashed; trees are compressed and keep their time.
        Assert.Contains(_record.Packs.Values, pack => pack.Carried > known);
        Assert.Contains(_record.Packs.Values, pack => pack.Carried <= known);
        Assert.True(_record.State!.UnverifiedBytes > 0);

        await CheckAsync(bench, CheckedData.All);
        Assert.All(_record.Snapshots, pair => Assert.True(pair.Value > before[pair.Key]));
        Assert.Equal(0, _record.State!.UnverifiedBytes);
    }

    [Fact(Timeout = Limit)]
    public async Task What_was_never_verified_is_not_verified_by_a_prune_that_only_opens_it()
    {
        await using PruneBench bench = await PruneBench.CreateAsync();
        List<SnapshotId> snapshots = await FillAsync(bench);
        await CheckAsync(bench, CheckedData.None);

        await PruneTwiceAsync(bench, snapshots);
        await CheckAsync(bench, CheckedData.None);

        Assert.Empty(_record.Snapshots);
        Assert.Contains(_record.Packs.Values, pack => pack.Carried is null);
        Assert.Contains(_record.Packs.Values, pack => pack.Carried is not null);
    }

    [Fact(Timeout = Limit)]
    public async Task Time_that_was_carried_over_from_a_clock_that_was_ahead_counts_as_never()
    {
        await using PruneBench bench = await PruneBench.CreateAsync();
        List<SnapshotId> snapshots = await FillAsync(bench);
        await CheckAsync(bench, CheckedData.All);
        await PruneTwiceAsync(bench, snapshots);
        foreach (PackId pack in _record.Packs.Keys.ToList())
        {
            _record.Packs[pack] = _record.Packs[pack] with { Carried = bench.Time.GetUtcNow() + TimeSpan.FromDays(10) };
        }

        await CheckAsync(bench, CheckedData.None);

        Assert.Empty(_record.Snapshots);
    }

    [Fact(Timeout = Limit)]
    public async Task Prune_without_anything_remembered_remembers_nothing()
    {
        await using PruneBench bench = await PruneBench.CreateAsync();

        await PruneTwiceAsync(bench, await FillAsync(bench));

        Assert.Null(_record.State);
        Assert.Empty(_record.Packs);
    }

    private static async Task<List<SnapshotId>> FillAsync(PruneBench bench)
    {
        List<SnapshotId> snapshots = [];
        for (int i = 0; i < 12; i++)
        {
            snapshots.Add(await bench.BackUpAsync([.. Enumerable.Range(0, 3).Select(j => new byte[2000 + (10 * i) + j])]));
        }

        return snapshots;
    }

    // So many small packs are merged; what the second one copies was copied before.
    private async Task PruneTwiceAsync(PruneBench bench, List<SnapshotId> snapshots)
    {
        for (int i = 0; i < 2; i++)
        {
            await bench.RemoveAsync(snapshots[0]);
            snapshots.RemoveAt(0);
            HashSet<StoreFile> before = bench.Files(StoreFileKind.Pack);
            PruneResult result = await bench.PruneAsync(new PruneOptions { RemovalGrace = TimeSpan.Zero, MaxUnusedPercent = 0, Record = _record });
            Assert.True(result.RewrittenPacks > 0);
            Assert.NotEmpty(bench.Files(StoreFileKind.Pack).Except(before));
        }
    }

    private async Task CheckAsync(PruneBench bench, CheckedData data) =>
        Assert.DoesNotContain(
            await TestRepository.ToListAsync(RepositoryCheck.RunAsync(bench.Open, new CheckOptions { Data = data, Record = _record }, new Progress<RunProgress>(), Stop)),
            finding => finding.IsDamage);
}
