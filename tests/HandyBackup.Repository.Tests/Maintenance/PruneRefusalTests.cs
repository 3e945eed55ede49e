using HandyBackup.Contracts;
using HandyBackup.Stores;

namespace HandyBackup.Repository.Tests.Maintenance;

/// <summary>Whatever makes it doubtful what is needed keeps everything.</summary>
public sealed class PruneRefusalTests
{
    private const int Limit = 60_000;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory(Timeout = Limit)]
    [InlineData("snapshot", ErrorCode.UsageUnknown)]
    [InlineData("index", ErrorCode.UsageUnknown)]
    [InlineData("tree pack altered", ErrorCode.UsageUnknown)]
    [InlineData("tree pack gone", ErrorCode.UsageUnknown)]
    [InlineData("data pack gone", ErrorCode.UsageUnknown)]
    [InlineData("index gone", ErrorCode.UsageUnknown)]
    [InlineData("removed snapshot", ErrorCode.UsageUnknown)]
    [InlineData("all snapshots gone", ErrorCode.NoSnapshotsListed)]
    [InlineData("one snapshot gone", ErrorCode.SnapshotsVanished)]
    public async Task Nothing_is_deleted(string damage, ErrorCode code)
    {
        await using PruneBench bench = await PruneBench.CreateAsync();
        SnapshotId kept = await bench.BackUpAsync([.. Enumerable.Range(0, 10).Select(i => new byte[5000 + i])]);
        HashSet<StoreFile> first = [.. bench.Memory.Files];
        await bench.RemoveAsync(await bench.BackUpAsync(new byte[7000]));
        await bench.PruneAsync();
        bench.Time.Ahead += PruneBench.SweepGrace;
        SnapshotId other = await bench.BackUpAsync(new byte[9000]);
        await bench.RemoveAsync(await bench.BackUpAsync(new byte[8000]));
        await HarmAsync(bench, damage, kept, other, first);
        await bench.RestartAsync(damage is not ("index" or "index gone"));
        HashSet<StoreFile> before = [.. bench.Memory.Files];

        await TestRepository.AssertFailsAsync(
            code, () => bench.PruneAsync(new PruneOptions { RemovalGrace = damage == "removed snapshot" ? PruneBench.Grace : TimeSpan.Zero, LeastSnapshots = 2 }));

        Assert.Equal(before, bench.Memory.Files.ToHashSet());
    }

    private static async Task HarmAsync(PruneBench bench, string damage, SnapshotId kept, SnapshotId other, HashSet<StoreFile> first)
    {
        StoreFile[] packs = [.. first.Where(file => file.Kind == StoreFileKind.Pack).OrderBy(file => bench.Memory[file].Length)];
        StoreFile[] victims = damage switch
        {
            "snapshot" => [new StoreFile(StoreFileKind.Snapshot, kept.ToString())],
            "index" or "index gone" => [first.Single(file => file.Kind == StoreFileKind.Index)],
            "tree pack altered" or "tree pack gone" => [packs[0]],
            "data pack gone" => [packs[1]],
            "removed snapshot" => [bench.Files(StoreFileKind.RemovedSnapshot).Single()],
            "all snapshots gone" => [.. bench.Files(StoreFileKind.Snapshot)],
            _ => [new StoreFile(StoreFileKind.Snapshot, other.ToString())],
        };
        foreach (StoreFile victim in victims)
        {
            if (damage.EndsWith("gone", StringComparison.Ordinal))
            {
                await bench.Memory.RemoveAsync(victim, Stop);
            }
            else
            {
                byte[] altered = (byte[])bench.Memory[victim].Clone();
                altered.AsSpan(10, altered.Length - 50).Reverse();
                bench.Memory[victim] = altered;
            }
        }
    }
}
