using HandyBackup.Contracts;
using HandyBackup.Repository.Tests.Maintenance;
using HandyBackup.Stores;
using HandyBackup.Testing;

namespace HandyBackup.Repository.Tests.Repair;

/// <summary>Repairs without parity: what is sound stays, what is lost is named and comes back with the next backup or from another repository.</summary>
public sealed class SalvageTests : IAsyncDisposable
{
    private const int Limit = 300_000;

    private readonly TempFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact(Timeout = Limit)]
    public async Task Sound_repository_is_left_as_it_is()
    {
        await using DamagedRepository damaged = await DamagedRepository.CreateAsync(new MemoryStore(), percent: 0);
        List<StoreFile> files = await damaged.ListAsync();
        Assert.Empty(await damaged.RepairAsync());
        Assert.Equal(files, await damaged.ListAsync());
    }

    [Theory(Timeout = Limit)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Lost_index_is_rebuilt_from_the_packs(int version)
    {
        ResticProgram restic = ResticProgram.OrSkip(_folder.Combine("repository"), TestRepository.Password);
        await using DamagedRepository damaged = await CreateLocalAsync(version);
        List<StoreFile> index = await damaged.ListAsync(StoreFileKind.Index);
        await damaged.ReplaceAsync(index[0], null);
        await damaged.ReplaceAsync(index[1], new byte[100]);

        List<RepairFinding> findings = await damaged.RepairAsync();

        Assert.Contains(findings, finding => finding is { Outcome: RepairOutcome.Rebuilt, Count: 4 });
        Assert.DoesNotContain(findings, finding => finding.Outcome == RepairOutcome.Lost);
        Assert.Empty(await damaged.CheckAsync());
        Assert.Equal(0, await damaged.CountUnreadableAsync());
        (await restic.CheckAsync(readData: true, Stop)).Succeeded();
    }

    [Fact(Timeout = Limit)]
    public async Task Damaged_pack_loses_one_blob_and_the_next_backup_of_the_live_source_brings_it_back()
    {
        ResticProgram restic = ResticProgram.OrSkip(_folder.Combine("repository"), TestRepository.Password);
        await using DamagedRepository damaged = await CreateLocalAsync(2);
        StoreFile pack = await FindDataPackAsync(damaged);
        await FlipAsync(damaged, pack, 1000);
        List<StoreFile> snapshots = await damaged.ListAsync(StoreFileKind.Snapshot);

        List<RepairFinding> planned = await damaged.RepairAsync(new RepairOptions { PlanOnly = true });
        Assert.NotNull(await damaged.Store.FindSizeAsync(pack, Stop));
        List<RepairFinding> findings = await damaged.RepairAsync();

        Assert.Equal(planned.Select(finding => (finding.Outcome, finding.Target)).OrderBy(found => found), findings.Select(finding => (finding.Outcome, finding.Target)).OrderBy(found => found));
        Assert.Contains(findings, finding => finding is { Outcome: RepairOutcome.Salvaged, Count: 15 } && finding.Target == FileErrors.PathOf(pack));
        Assert.Single(findings, finding => finding.Outcome == RepairOutcome.Lost && finding.Target.Length == 64);
        Assert.Single(findings, finding => finding.Outcome == RepairOutcome.Lost && finding.Target.Contains(":/folder ", StringComparison.Ordinal));
        Assert.Equal(snapshots, await damaged.ListAsync(StoreFileKind.Snapshot));
        Assert.Null(await damaged.Store.FindSizeAsync(pack, Stop));
        Assert.Equal(1, await damaged.CountUnreadableAsync());

        await damaged.BackUpAsync(1);
        await damaged.BackUpAsync(2);
        Assert.Equal(0, await damaged.CountUnreadableAsync());
        Assert.Empty(await damaged.CheckAsync());
        (await restic.CheckAsync(readData: true, Stop)).Succeeded();
    }

    [Fact(Timeout = Limit)]
    public async Task Lost_packs_come_back_from_another_repository_with_another_key()
    {
        ResticProgram restic = ResticProgram.OrSkip(_folder.Combine("repository"), TestRepository.Password);
        await using DamagedRepository damaged = await CreateLocalAsync(1);
        await using DamagedRepository donor = await DamagedRepository.CreateAsync(new MemoryStore(), percent: 0);
        await using IndexedRepository indexed = await donor.Repository.LoadIndexAsync(Stop);
        foreach (StoreFile pack in await damaged.ListAsync(StoreFileKind.Pack))
        {
            await damaged.ReplaceAsync(pack, null);
        }

        List<RepairFinding> findings = await damaged.RepairAsync(new RepairOptions { Donor = indexed });

        Assert.Contains(findings, finding => finding is { Outcome: RepairOutcome.Fetched, Count: 36 });
        Assert.DoesNotContain(findings, finding => finding.Outcome == RepairOutcome.Lost);
        Assert.Equal(0, await damaged.CountUnreadableAsync());
        Assert.Empty(await damaged.CheckAsync());
        (await restic.CheckAsync(readData: true, Stop)).Succeeded();
    }

    [Fact(Timeout = Limit)]
    public async Task Snapshot_that_cannot_be_read_is_reported_and_stays()
    {
        await using DamagedRepository damaged = await DamagedRepository.CreateAsync(new MemoryStore(), percent: 0);
        StoreFile snapshot = (await damaged.ListAsync(StoreFileKind.Snapshot))[0];
        await damaged.ReplaceAsync(snapshot, [1, 2, 3]);
        RepairFinding finding = Assert.Single(await damaged.RepairAsync());
        Assert.Equal((RepairOutcome.Lost, ErrorCode.SnapshotDamaged, FileErrors.PathOf(snapshot)), (finding.Outcome, finding.Code, finding.Target));
        Assert.Equal(3, await damaged.Store.FindSizeAsync(snapshot, Stop));
    }

    [Fact(Timeout = Limit)]
    public async Task Damaged_pack_of_which_nothing_is_known_stays()
    {
        await using DamagedRepository damaged = await DamagedRepository.CreateAsync(new MemoryStore(), percent: 0);
        await damaged.ReplaceAsync((await damaged.ListAsync(StoreFileKind.Index))[0], new byte[100]);
        var stray = new StoreFile(StoreFileKind.Pack, new string('a', 64));
        await damaged.ReplaceAsync(stray, new byte[5000]);
        RepairFinding finding = Assert.Single(await damaged.RepairAsync(), finding => finding.Outcome == RepairOutcome.Lost);
        Assert.Equal(FileErrors.PathOf(stray), finding.Target);
        Assert.NotNull(await damaged.Store.FindSizeAsync(stray, Stop));
    }

    [Theory(Timeout = Limit)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Pack_that_was_being_written_when_the_power_went_is_no_loss(bool hasHeader)
    {
        await using DamagedRepository damaged = await DamagedRepository.CreateAsync(new MemoryStore(), percent: 0);
        StoreFile named = await FindDataPackAsync(damaged);
        byte[] torn = await damaged.LoadAsync(named);
        torn.AsSpan(hasHeader ? 0 : torn.Length / 2, torn.Length / 2).Clear();
        var stray = new StoreFile(StoreFileKind.Pack, new string('a', 64));
        await damaged.ReplaceAsync(stray, torn);

        List<RepairFinding> findings = await damaged.RepairAsync();

        Assert.DoesNotContain(findings, finding => finding.Outcome == RepairOutcome.Lost);
        Assert.Equal(hasHeader, findings.Exists(finding => finding.Outcome == RepairOutcome.Salvaged && finding.Target == FileErrors.PathOf(stray)));
        Assert.Equal(!hasHeader, await damaged.Store.FindSizeAsync(stray, Stop) is not null);
        Assert.Equal(0, await damaged.CountUnreadableAsync());
    }

    [Theory(Timeout = Limit)]
    [InlineData(0)]
    [InlineData(3)]
    public async Task Repair_that_ends_at_any_operation_makes_nothing_worse(int percent)
    {
        bool isComplete = false;
        for (int skip = 0; !isComplete; skip++)
        {
            var faulty = new FaultyStore(new MemoryStore());
            await using DamagedRepository damaged = await DamagedRepository.CreateAsync(faulty, percent);
            await damaged.ReplaceAsync((await damaged.ListAsync(StoreFileKind.Index))[0], new byte[50]);
            await FlipAsync(damaged, await FindDataPackAsync(damaged), 1000);
            foreach (StoreFile sidecar in (await damaged.ListAsync(StoreFileKind.Parity)).Where(file => file.Name[0] == 'p').ToList())
            {
                // Salvage and parity both have something to do.
                await damaged.ReplaceAsync(sidecar, null);
            }

            int unreadable = 1;
            isComplete = true;
            foreach (StoreOperation operation in (StoreOperation[])[StoreOperation.Save, StoreOperation.Replace, StoreOperation.Remove])
            {
                // The lock is the first file that is saved and the last that is removed.
                faulty.Script(new StoreFault(operation) { Skip = skip, Error = StoreError.Full });
                bool hasFailed = await FailsAsync(damaged);
                isComplete &= !hasFailed;
                faulty.Heal();
                await RemoveLocksAsync(damaged);
                if (hasFailed)
                {
                    Assert.InRange(await CountReadableByPacksAsync(damaged), 0, unreadable);
                }
            }

            await damaged.RepairAsync();
            Assert.Equal(1, await damaged.CountUnreadableAsync());
            await damaged.BackUpAsync(1);
            await damaged.BackUpAsync(2);
            Assert.Equal(0, await damaged.CountUnreadableAsync());
            Assert.DoesNotContain(await damaged.CheckAsync(), finding => finding.IsDamage);
        }
    }

    private static async Task<bool> FailsAsync(DamagedRepository damaged)
    {
        try
        {
            await damaged.RepairAsync();
            return false;
        }
        catch (HandyBackupException)
        {
            return true;
        }
    }

    // A copy is repaired, so that what the interrupted repair left is judged by what can still be read of it.
    private static async Task<int> CountReadableByPacksAsync(DamagedRepository damaged)
    {
        await using var copy = new MemoryStore();
        foreach (StoreFile file in (await damaged.ListAsync()).Concat(await damaged.ListAsync(StoreFileKind.Parity)))
        {
            copy[file] = await damaged.LoadAsync(file);
        }

        return await damaged.CountUnreadableInAsync(copy);
    }

    private static async Task RemoveLocksAsync(DamagedRepository damaged)
    {
        foreach (StoreFile file in await damaged.ListAsync(StoreFileKind.Lock))
        {
            await damaged.ReplaceAsync(file, null);
        }
    }

    private static async Task FlipAsync(DamagedRepository damaged, StoreFile file, int position)
    {
        byte[] content = await damaged.LoadAsync(file);
        content[position] ^= 1;
        await damaged.ReplaceAsync(file, content);
    }

    // Packs of data are longer than those of trees.
    private static async Task<StoreFile> FindDataPackAsync(DamagedRepository damaged)
    {
        List<(StoreFile File, long Size)> packs = [];
        foreach (StoreFile file in await damaged.ListAsync(StoreFileKind.Pack))
        {
            packs.Add((file, (await damaged.Store.FindSizeAsync(file, Stop))!.Value));
        }

        return packs.MaxBy(pack => pack.Size).File;
    }

    private Task<DamagedRepository> CreateLocalAsync(int version) =>
        DamagedRepository.CreateAsync(new LocalStore(_folder.Combine("repository"), new HastyTimeProvider()), percent: 0, version);
}
