using System.Text;
using FsCheck;
using FsCheck.Fluent;
using HandyBackup.Contracts;
using HandyBackup.Repository.Tests.Maintenance;
using HandyBackup.Stores;
using HandyBackup.Testing;

namespace HandyBackup.Repository.Tests.Proof;

/// <summary>
/// Locks, trash and lists of condemned packs with altered content under a right seal and name: whoever meets them goes on or refuses with an error that names the file,
/// and nothing that a snapshot needs goes.
/// </summary>
public sealed class StateFuzzTests
{
    private const int Limit = 24 * 3_600_000;
    private const int Inputs = 6;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = Limit)]
    public Task No_state_file_makes_locking_listing_or_pruning_fail_otherwise_than_by_naming_it() => ProofRun.RunAsync("states", everyday: 3, integration: 8, ProveAsync);

    private static async Task ProveAsync(int seed)
    {
        await using PruneBench bench = await PruneBench.CreateAsync();
        SnapshotId kept = await bench.BackUpAsync([.. BitConverter.GetBytes(seed), .. new byte[2000]]);
        SnapshotId removed = await bench.BackUpAsync([.. BitConverter.GetBytes(seed + 1), .. new byte[2000]]);
        StoreFile pack = bench.Files(StoreFileKind.Pack).First();
        byte[] stored = bench.Memory[new StoreFile(StoreFileKind.Snapshot, removed.ToString())];
        await bench.RemoveAsync(removed);
        Gen<FuzzEdit> edit =
            from position in Gen.Choose(0, int.MaxValue)
            from kind in Gen.Choose(0, 8)
            from value in Gen.Choose(0, 255)
            select new FuzzEdit(position, kind, value);
        Gen<FuzzEdit[]> few = Gen.Choose(1, 3).SelectMany(count => edit.ArrayOf(count));
        foreach (FuzzEdit[] edits in few.Sample(10, new Rnd((ulong)seed), Inputs))
        {
            byte[] condemned = Alter($"{{'time':'2020-01-01T00:00:00Z','packs':[{{'id':'{pack.Name}','size':2000}}]}}", edits);
            byte[] removal = Alter($"{{'removed':'2026-01-01T00:00:00Z','stored':'{Convert.ToBase64String(stored)}'}}", edits);
            byte[] lockFile = Alter("{'time':'2026-01-01T00:00:00+01:00','exclusive':false,'hostname':'h','username':'u','pid':1,'uid':1,'gid':1}", edits);
            await ProveAsync(bench, kept, new StoreFile(StoreFileKind.RemovedSnapshot, removed.ToString()), removal);
            await ProveAsync(bench, kept, NameOf(bench, StoreFileKind.CondemnedPacks, condemned, out byte[] list), list, isSealed: true);
            await ProveAsync(bench, kept, NameOf(bench, StoreFileKind.Lock, lockFile, out byte[] locked), locked, isSealed: true);
        }
    }

    private static byte[] Alter(string json, FuzzEdit[] edits) => FuzzEdit.Apply(Encoding.UTF8.GetBytes(json.Replace('\'', '"')), edits);

    private static StoreFile NameOf(PruneBench bench, StoreFileKind kind, byte[] plain, out byte[] stored)
    {
        stored = bench.Open.Files.Seal(plain);
        return new StoreFile(kind, StoredFiles.HashOf(stored).ToString());
    }

    private static async Task ProveAsync(PruneBench bench, SnapshotId kept, StoreFile file, byte[] content, bool isSealed = false)
    {
        byte[]? before = bench.Memory.Files.Contains(file) ? bench.Memory[file] : null;
        bench.Memory[file] = isSealed ? content : bench.Open.Files.Seal(content);
        await MayRefuseAsync(() => bench.PruneAsync(new PruneOptions { RemovalGrace = PruneBench.Grace }));
        await MayRefuseAsync(() => TestRepository.ToListAsync(bench.Open.RemovedSnapshots.ListAsync(Stop)));
        await MayRefuseAsync(async () =>
        {
            await using RepositoryLock shared = await bench.Open.Locks.AcquireAsync(exclusive: true, TimeSpan.Zero, Stop);
        });
        await bench.Memory.RemoveAsync(file, Stop);
        if (before is not null)
        {
            bench.Memory[file] = before;
        }

        await bench.AssertSoundAsync(kept);
    }

    private static async Task MayRefuseAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (HandyBackupException exception)
        {
            Assert.False(string.IsNullOrEmpty(exception.Message));
            Assert.NotEqual(ErrorCode.InternalError, exception.Code);
        }
    }
}
