using System.Collections.Concurrent;
using HandyBackup.Contracts;
using HandyBackup.Stores;
using HandyBackup.Testing;
using static HandyBackup.Repository.Tests.Packs.TestBlobs;

namespace HandyBackup.Repository.Tests.Maintenance;

/// <summary>Backups and restores go on while packs leave, and never lose what they were told is there.</summary>
public sealed class PruneBesideBackupsTests
{
    private const int Limit = 120_000;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static byte[] Content(int seed)
    {
        byte[] content = new byte[3000];
        new Random(seed).NextBytes(content);
        return content;
    }

    [Theory(Timeout = Limit)]
    [InlineData(StoreOperation.List, StoreFileKind.Pack)]
    [InlineData(StoreOperation.Save, StoreFileKind.Index)]
    [InlineData(StoreOperation.Save, StoreFileKind.Lock)]
    [InlineData(StoreOperation.List, StoreFileKind.RemovedSnapshot)]
    public async Task Blob_that_was_called_present_at_any_moment_before_the_swap_stays(StoreOperation operation, StoreFileKind kind)
    {
        await using PruneBench bench = await PruneBench.CreateAsync();
        byte[] content = Content(2);
        SnapshotId removed = await bench.BackUpAsync(content, Content(3));
        SnapshotId kept = await bench.BackUpAsync(Content(1), Content(3));
        await bench.RemoveAsync(removed);
        using RepositoryUse session = bench.Repository.BeginUse();
        bool asked = false;
        int shared = 0;
        bench.Store.Before = (called, file) =>
        {
            // The first lock is the one that the whole prune holds.
            asked |= called == operation && file.Kind == kind && (kind != StoreFileKind.Lock || shared++ == 1)
                && (bench.Repository.Contains(IdOf(content), BlobType.Data) ? true : throw new InvalidOperationException("The blob is missing already."));
            return Task.CompletedTask;
        };

        await bench.PruneAsync();
        bench.Store.Forget();

        Assert.True(asked);
        SnapshotId saved = await bench.SaveAsync(content);
        await bench.AssertSoundAsync(kept, saved);
        bench.Time.Ahead += PruneBench.SweepGrace;
        await bench.PruneAsync();
        await bench.AssertSoundAsync(kept, saved);
    }

    [Fact(Timeout = Limit)]
    public async Task Blob_that_left_is_called_missing_from_the_moment_at_which_it_is_condemned_and_is_stored_again()
    {
        await using PruneBench bench = await PruneBench.CreateAsync();
        SnapshotId kept = await bench.BackUpAsync(Content(1));
        byte[] content = Content(2);
        await bench.RemoveAsync(await bench.BackUpAsync(content));
        using RepositoryUse session = bench.Repository.BeginUse();
        List<bool> present = [];
        bench.Store.Before = (operation, file) =>
        {
            if ((operation, file.Kind) is (StoreOperation.Save, StoreFileKind.CondemnedPacks) or (StoreOperation.Remove, StoreFileKind.Index))
            {
                present.Add(bench.Repository.Contains(IdOf(content), BlobType.Data));
            }

            return Task.CompletedTask;
        };

        await bench.PruneAsync();
        bench.Store.Forget();

        Assert.Equal([false, false], present);
        SnapshotId saved = await bench.BackUpAsync(content);
        bench.Time.Ahead += PruneBench.SweepGrace;
        await bench.PruneAsync();
        await bench.AssertSoundAsync(kept, saved);
    }

    [Fact(Timeout = Limit)]
    public async Task Tree_that_a_backup_builds_on_stays_although_its_snapshot_is_removed_for_good_meanwhile()
    {
        await using PruneBench bench = await PruneBench.CreateAsync();
        SnapshotId kept = await bench.BackUpAsync(Content(1));
        SnapshotId parent = await bench.BackUpAsync(Content(2), Content(3));
        Snapshot previous = await bench.Open.Snapshots.LoadAsync(parent, Stop);
        SnapshotId child;
        using (RepositoryUse session = bench.Repository.BeginUse())
        {
            Assert.True(session.TryPin(previous.Tree));
            await bench.RemoveAsync(parent);
            await bench.PruneAsync();
            bench.Time.Ahead += PruneBench.SweepGrace;
            await bench.PruneAsync();

            // Nothing has changed: not one blob of it was asked for.
            child = await bench.Open.Snapshots.SaveAsync(previous with { Parent = parent }, Stop);
        }

        await bench.PruneAsync();
        await bench.AssertSoundAsync(kept, child);
        using RepositoryUse late = bench.Repository.BeginUse();
        Assert.False(late.TryPin(IdOf(Content(9))));
    }

    [Fact(Timeout = Limit)]
    public async Task Snapshot_that_is_saved_after_the_marking_is_counted_before_the_swap()
    {
        await using PruneBench bench = await PruneBench.CreateAsync();
        SnapshotId kept = await bench.BackUpAsync(Content(1));
        SnapshotId removed = await bench.BackUpAsync(Content(2));
        await bench.RemoveAsync(removed);
        SnapshotId? saved = null;
        bench.Store.Before = async (operation, file) =>
        {
            if (operation == StoreOperation.List && file.Kind == StoreFileKind.Pack && saved is null)
            {
                saved = default(SnapshotId);
                saved = await bench.BackUpAsync(Content(2), Content(4));
            }
        };

        await bench.PruneAsync();
        bench.Store.Forget();

        bench.Time.Ahead += PruneBench.SweepGrace;
        await bench.PruneAsync();
        await bench.AssertSoundAsync(kept, saved!.Value);
    }

    [Fact(Timeout = Limit)]
    public async Task What_a_running_backup_stored_stays_although_no_snapshot_names_it_yet()
    {
        await using PruneBench bench = await PruneBench.CreateAsync();
        SnapshotId kept = await bench.BackUpAsync(Content(1));
        SnapshotId saved;
        using (bench.Repository.BeginUse())
        {
            await PutAsync(bench.Repository.Writer, Content(2));
            await bench.Repository.Writer.FlushAsync(Stop);
            await bench.PruneAsync();
            bench.Time.Ahead += PruneBench.SweepGrace;
            await bench.PruneAsync();
            saved = await bench.SaveAsync(Content(2));
        }

        await bench.AssertSoundAsync(kept, saved);
    }

    [Fact(Timeout = Limit)]
    public async Task Reader_that_began_before_the_swap_reads_to_its_end()
    {
        await using PruneBench bench = await PruneBench.CreateAsync();
        byte[][] contents = [.. Enumerable.Range(0, 20).Select(Content)];
        SnapshotId removed = await bench.BackUpAsync(contents);
        await bench.BackUpAsync(contents[..5]);
        int count = 0;
        await foreach (BlobPayload payload in bench.Repository.Reader.GetAsync([.. contents.Select(IdOf)], BlobType.Data, Stop))
        {
            payload.Dispose();
            if (count++ == 0)
            {
                await bench.RemoveAsync(removed);
                await bench.PruneAsync();
                await bench.Repository.RefreshAsync(Stop);
            }
        }

        Assert.Equal(20, count);
    }

    [Fact(Timeout = Limit)]
    public async Task Locks_of_this_process_hold_nothing_up_and_those_of_others_do_until_they_end()
    {
        await using PruneBench bench = await PruneBench.CreateAsync();
        SnapshotId kept = await bench.BackUpAsync([.. Enumerable.Range(0, 10).Select(Content)]);
        await bench.RemoveAsync(await bench.BackUpAsync([.. Enumerable.Range(0, 20).Select(Content)]));
        await using RepositoryLock ours = await bench.Open.Locks.AcquireAsync(exclusive: false, TimeSpan.Zero, Stop);
        await using OpenRepository other = await OpenRepository.OpenAsync(bench.Memory, TestRepository.Password, bench.Time, Stop);
        await using (await other.Locks.AcquireAsync(exclusive: false, TimeSpan.Zero, Stop))
        {
            HashSet<StoreFile> before = bench.Files(StoreFileKind.Pack);
            await TestRepository.AssertFailsAsync(ErrorCode.RepositoryLocked, () => bench.PruneAsync());
            Assert.Superset(before, bench.Files(StoreFileKind.Pack));
            Assert.Equal(0, bench.Count(StoreFileKind.CondemnedPacks));
            Assert.True(bench.Repository.Contains(IdOf(Content(15)), BlobType.Data));
        }

        PruneResult done = await bench.PruneAsync();

        Assert.Equal(0, done.CopiedBytes);
        Assert.True(done.CondemnedPacks > 0);
        await bench.AssertSoundAsync(kept);
    }

    [Fact(Timeout = Limit)]
    public async Task Others_find_an_exclusive_lock_while_index_files_are_removed()
    {
        await using PruneBench bench = await PruneBench.CreateAsync();
        await bench.BackUpAsync(Content(1));
        await bench.RemoveAsync(await bench.BackUpAsync(Content(2)));
        await using OpenRepository other = await OpenRepository.OpenAsync(bench.Memory, TestRepository.Password, bench.Time, Stop);
        List<ErrorCode> refusals = [];
        bench.Store.Before = async (operation, file) =>
        {
            if ((operation, file.Kind) is (StoreOperation.Remove, StoreFileKind.Index) or (StoreOperation.Save, StoreFileKind.CondemnedPacks))
            {
                refusals.Add((await Assert.ThrowsAsync<HandyBackupException>(() => other.Locks.AcquireAsync(exclusive: false, TimeSpan.Zero, Stop))).Code);
                await using RepositoryLock mine = await bench.Open.Locks.AcquireAsync(exclusive: false, TimeSpan.Zero, Stop);
            }
        };

        await bench.PruneAsync();

        Assert.Equal([ErrorCode.RepositoryLocked, ErrorCode.RepositoryLocked], refusals);
    }

    [Theory(Timeout = Limit)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Backups_removals_and_prunes_at_once_lose_nothing(int seed)
    {
        await using PruneBench bench = await PruneBench.CreateAsync();
        ConcurrentDictionary<SnapshotId, bool> alive = new();
        bool isOver = false;
        Task backups = Task.WhenAll(Enumerable.Range(0, 3).Select(worker => Task.Run(() => WorkAsync(bench, alive, new Random((seed * 100) + worker)), Stop)));
        Task prunes = Task.Run(
            async () =>
            {
                while (!Volatile.Read(ref isOver))
                {
                    await bench.PruneAsync(new PruneOptions { RemovalGrace = TimeSpan.Zero, MaxUnusedPercent = 0, Force = true });
                    bench.Time.Ahead += PruneBench.SweepGrace;
                    await bench.Repository.RefreshAsync(Stop);
                }
            },
            Stop);

        await backups;
        Volatile.Write(ref isOver, true);
        await prunes;

        Assert.NotEmpty(alive);
        await bench.AssertSoundAsync(alive.Keys);
        await bench.RestartAsync();
        await bench.PruneAsync();
        await bench.AssertSoundAsync(alive.Keys);
    }

    private static async Task WorkAsync(PruneBench bench, ConcurrentDictionary<SnapshotId, bool> alive, Random random)
    {
        for (int turn = 0; turn < 25; turn++)
        {
            byte[][] contents = [.. Enumerable.Range(0, 8).Select(_ => Content(random.Next(40)))];
            alive[await bench.BackUpAsync(contents)] = true;
            SnapshotId[] candidates = [.. alive.Keys];
            if (candidates.Length > 3 && random.Next(candidates.Length) is int chosen && random.Next(3) > 0 && alive.TryRemove(candidates[chosen], out _))
            {
                await bench.RemoveAsync(candidates[chosen]);
            }
        }
    }
}
