using HandyBackup.Contracts;
using HandyBackup.Repository.Tests.Repair;
using HandyBackup.Stores;
using HandyBackup.Testing;

namespace HandyBackup.Repository.Tests.Proof;

/// <summary>Flipped bits without parity: a check names the file, and whatever is read is right or refused. With parity they heal: see HealingTests.</summary>
public sealed class FlipTests
{
    private const int Limit = 3_600_000;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static int Flips => ProofRun.Times(everyday: 60, integration: 200, stress: 2000);

    [Fact(Timeout = Limit)]
    public Task Any_flipped_bit_of_any_file_is_found_and_no_wrong_byte_is_read() => ProofRun.RunAsync("flips", everyday: 0, integration: 0, async seed =>
    {
        await using DamagedRepository damaged = await DamagedRepository.CreateAsync(new MemoryStore(), percent: 0);
        await AddStateAsync(damaged);
        await using RepositoryLock held = await damaged.Repository.Locks.AcquireAsync(exclusive: false, TimeSpan.Zero, Stop);
        List<StoreFile> files = await damaged.ListAsync([.. Enum.GetValues<StoreFileKind>().Where(kind => kind != StoreFileKind.Parity)]);
        Assert.Equal(Enum.GetValues<StoreFileKind>().Length - 1, files.Select(file => file.Kind).Distinct().Count());
        var random = new Random(seed);
        for (int i = 0; i < Flips; i++)
        {
            StoreFile file = files[i % files.Count];
            byte[] content = await damaged.LoadAsync(file);
            int bit = random.Next(content.Length * 8);
            byte[] altered = [.. content];
            altered[bit / 8] ^= (byte)(1 << (bit % 8));
            await damaged.ReplaceAsync(file, altered);

            // A snapshot in the trash and a lock hold nothing that is needed: their damage is untidy.
            List<CheckFinding> findings = await damaged.CheckAsync();
            bool isState = file.Kind is StoreFileKind.Lock or StoreFileKind.RemovedSnapshot or StoreFileKind.CondemnedPacks;
            Assert.True(
                findings.Exists(finding => finding.IsDamage != isState && finding.Target == FileErrors.PathOf(file)), $"bit {bit} of {file}: {string.Join("; ", findings)}");
            await ReadAsync(damaged);
            await damaged.ReplaceAsync(file, content);
        }

        Assert.DoesNotContain(await damaged.CheckAsync(), finding => finding.IsDamage);
    });

    // Trash, and a list of condemned packs.
    private static async Task AddStateAsync(DamagedRepository damaged)
    {
        await damaged.BackUpAsync(3);
        SnapshotId removed = damaged.Snapshots[^1];
        damaged.Snapshots.Remove(removed);
        await damaged.Repository.RemovedSnapshots.RemoveAsync(removed, Stop);
        await new CondemnedPacks(damaged.Repository.Files).SaveAsync([new CondemnedPack(new string('a', 64), 1)], TimeProvider.System.GetUtcNow(), Stop);
    }

    // A wrong byte fails inside; anything may be refused.
    private static async Task ReadAsync(DamagedRepository damaged)
    {
        try
        {
            await damaged.CountUnreadableAsync();
        }
        catch (HandyBackupException exception)
        {
            Assert.Contains(exception.Code, (ErrorCode[])[ErrorCode.ConfigDamaged, ErrorCode.KeyDamaged, ErrorCode.WrongPassword, ErrorCode.SnapshotDamaged, ErrorCode.IndexDamaged, ErrorCode.BlobDamaged]);
        }
    }
}
