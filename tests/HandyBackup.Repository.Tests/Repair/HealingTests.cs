using HandyBackup.Contracts;
using HandyBackup.Stores;
using HandyBackup.Testing;

namespace HandyBackup.Repository.Tests.Repair;

/// <summary>With parity every damage of a single file is found, read through, and healed.</summary>
public sealed class HealingTests : IAsyncDisposable
{
    private const int Limit = 3_600_000;

    private readonly TempFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static int FlipCount => ProofRun.Times(everyday: 60, integration: 200, stress: 2000);

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact(Timeout = Limit)]
    public async Task Any_flipped_bit_is_found_read_through_and_healed()
    {
        await using DamagedRepository damaged = await DamagedRepository.CreateAsync(new MemoryStore(), percent: 3);
        List<StoreFile> files = await damaged.ListAsync();
        Assert.Contains(files, file => file.Kind == StoreFileKind.Pack && ((MemoryStore)damaged.Store)[file].Length > 65_536);
        var random = new Random(1);
        for (int i = 0; i < FlipCount; i++)
        {
            StoreFile file = files[i % files.Count];
            byte[] content = await damaged.LoadAsync(file);
            int bit = random.Next(content.Length * 8);
            byte[] altered = [.. content];
            altered[bit / 8] ^= (byte)(1 << (bit % 8));
            await AssertHealsAsync(damaged, file, content, altered, $"bit {bit} of {file}");
        }
    }

    [Fact(Timeout = Limit)]
    public async Task Any_truncation_and_any_lost_small_file_heals()
    {
        await using DamagedRepository damaged = await DamagedRepository.CreateAsync(new MemoryStore(), percent: 3);
        var random = new Random(2);
        foreach (StoreFile file in await damaged.ListAsync())
        {
            byte[] content = await damaged.LoadAsync(file);
            if (file.Kind != StoreFileKind.Index && content.Length <= 65_536)
            {
                await AssertHealsAsync(damaged, file, content, null, $"loss of {file}");
            }

            int least = content.Length <= 65_536 ? 0 : content.Length - 5000;
            foreach (int length in (int[])[content.Length - 1, least, random.Next(least, content.Length)])
            {
                await AssertHealsAsync(damaged, file, content, content[..length], $"{length} bytes of {file}");
            }
        }
    }

    [Fact(Timeout = Limit)]
    public async Task Damaged_parity_is_untidy_and_made_anew()
    {
        await using DamagedRepository damaged = await DamagedRepository.CreateAsync(new MemoryStore(), percent: 3);
        var random = new Random(3);
        foreach (StoreFile sidecar in await damaged.ListAsync(StoreFileKind.Parity))
        {
            byte[] content = await damaged.LoadAsync(sidecar);
            byte[] altered = [.. content];
            altered[random.Next(altered.Length)] ^= 0x10;
            await damaged.ReplaceAsync(sidecar, altered);

            CheckFinding finding = Assert.Single(await damaged.CheckAsync());
            Assert.Equal((false, ErrorCode.ParityDamaged, FileErrors.PathOf(sidecar)), (finding.IsDamage, finding.Code, finding.Target));
            Assert.Equal(RepairOutcome.Protected, Assert.Single(await damaged.RepairAsync()).Outcome);
            Assert.Equal(content, await damaged.LoadAsync(sidecar));
            Assert.Empty(await damaged.CheckAsync());
        }
    }

    [Fact(Timeout = Limit)]
    public async Task Restic_finds_nothing_wrong_with_parity_before_damage_and_after_repair()
    {
        ResticProgram restic = ResticProgram.OrSkip(_folder.Combine("repository"), TestRepository.Password);
        await using DamagedRepository damaged = await DamagedRepository.CreateAsync(new LocalStore(_folder.Combine("repository"), TimeProvider.System), percent: 3);
        (await restic.CheckAsync(readData: true, Stop)).Succeeded();
        var random = new Random(4);
        foreach (StoreFile file in await damaged.ListAsync())
        {
            byte[] altered = await damaged.LoadAsync(file);
            altered[random.Next(altered.Length)] ^= 1;
            await damaged.ReplaceAsync(file, altered);
        }

        Assert.Equal(0, await damaged.CountUnreadableAsync());
        Assert.DoesNotContain(await damaged.RepairAsync(), finding => finding.Outcome == RepairOutcome.Lost);
        Assert.Empty(await damaged.CheckAsync());
        ResticResult check = (await restic.CheckAsync(readData: true, Stop)).Succeeded();
        Assert.Contains("no errors were found", check.Output, StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task What_restic_forgot_and_pruned_leaves_parity_that_is_removed_and_brings_nothing_back()
    {
        ResticProgram restic = ResticProgram.OrSkip(_folder.Combine("repository"), TestRepository.Password);
        await using DamagedRepository damaged = await DamagedRepository.CreateAsync(new LocalStore(_folder.Combine("repository"), TimeProvider.System), percent: 3);
        (await restic.RunAsync(["forget", damaged.Snapshots[0].ToString(), "--prune", "--max-unused", "0"], Stop)).Succeeded();
        damaged.Snapshots.RemoveAt(0);

        Assert.All(await damaged.CheckAsync(), finding => Assert.Equal((false, ErrorCode.ParityUnused), (finding.IsDamage, finding.Code)));
        await damaged.RepairAsync(new RepairOptions { OnlyAddParity = true });
        Assert.Empty(await damaged.CheckAsync());
        Assert.Single(await damaged.ListAsync(StoreFileKind.Snapshot));
        Assert.Equal((await damaged.ListAsync()).Count, (await damaged.ListAsync(StoreFileKind.Parity)).Count);
    }

    [Fact(Timeout = Limit)]
    public async Task Parity_that_is_switched_on_later_is_added_for_all_files_once()
    {
        await using DamagedRepository damaged = await DamagedRepository.CreateAsync(new MemoryStore(), percent: 0);
        Assert.Empty(await damaged.ListAsync(StoreFileKind.Parity));
        await TestRepository.AssertFailsAsync(ErrorCode.InvalidArgument, () => damaged.RepairAsync(new RepairOptions { OnlyAddParity = true }));
        damaged.Repository.ParityPercent = 3;
        RepairFinding planned = Assert.Single(await damaged.RepairAsync(new RepairOptions { OnlyAddParity = true, PlanOnly = true }));
        Assert.Empty(await damaged.ListAsync(StoreFileKind.Parity));

        RepairFinding added = Assert.Single(await damaged.RepairAsync(new RepairOptions { OnlyAddParity = true }));

        int count = (await damaged.ListAsync()).Count;
        Assert.Equal((RepairOutcome.Protected, count), (added.Outcome, added.Count));
        Assert.Equal(count, planned.Count);
        Assert.Equal(count, (await damaged.ListAsync(StoreFileKind.Parity)).Count);
        Assert.Empty(await damaged.RepairAsync(new RepairOptions { OnlyAddParity = true }));
    }

    [Fact(Timeout = Limit)]
    public async Task Removed_snapshot_and_removed_key_take_their_parity_along()
    {
        await using DamagedRepository damaged = await DamagedRepository.CreateAsync(new MemoryStore(), percent: 3);
        KeyEntry key = await damaged.Repository.Keys.AddAsync("second", "user", "host", Stop);
        await damaged.Repository.Keys.RemoveAsync(key.Id.ToString(), Stop);
        await damaged.Repository.Snapshots.RemoveAsync(damaged.Snapshots[0], Stop);

        Assert.Equal((await damaged.ListAsync()).Count, (await damaged.ListAsync(StoreFileKind.Parity)).Count);
        await damaged.RepairAsync();
        Assert.Single(await damaged.ListAsync(StoreFileKind.Snapshot));
        await TestRepository.AssertFailsAsync(ErrorCode.WrongPassword, () => TestRepository.OpenAsync(damaged.Store, "second"));
    }

    [Fact(Timeout = Limit)]
    public async Task File_whose_parity_cannot_be_saved_is_not_saved_either()
    {
        var faulty = new FaultyStore(new MemoryStore());
        await using DamagedRepository damaged = await DamagedRepository.CreateAsync(faulty, percent: 3);
        int count = (await damaged.ListAsync()).Count;
        faulty.Script(new StoreFault(StoreOperation.Replace) { Kind = StoreFileKind.Parity, Error = StoreError.Full });
        await TestRepository.AssertFailsAsync(ErrorCode.StoreFull, () => damaged.BackUpAsync(3));
        Assert.Equal(count, (await damaged.ListAsync()).Count);
    }

    private static async Task AssertHealsAsync(DamagedRepository damaged, StoreFile file, byte[] content, byte[]? altered, string what)
    {
        await damaged.ReplaceAsync(file, altered);
        List<CheckFinding> findings = await damaged.CheckAsync();
        Assert.True(findings.Exists(finding => finding.IsDamage && finding.CanHeal && finding.Target == FileErrors.PathOf(file)), $"{what}: {string.Join("; ", findings)}");
        Assert.DoesNotContain(findings, finding => finding.IsDamage && !finding.CanHeal);

        // A lost snapshot is in no listing until it was healed.
        if (altered is not null || file.Kind != StoreFileKind.Snapshot)
        {
            Assert.Equal(0, await damaged.CountUnreadableAsync());
        }

        List<RepairFinding> repaired = await damaged.RepairAsync();
        Assert.True(repaired is [{ Outcome: RepairOutcome.Healed }], $"{what}: {string.Join("; ", repaired)}");
        Assert.Equal(content, await damaged.LoadAsync(file));
    }
}
