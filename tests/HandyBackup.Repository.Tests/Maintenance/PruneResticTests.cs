using System.Diagnostics;
using System.Text.Json.Nodes;
using HandyBackup.Contracts;
using HandyBackup.Stores;
using HandyBackup.Testing;
using static HandyBackup.Repository.Tests.Packs.TestBlobs;

namespace HandyBackup.Repository.Tests.Maintenance;

/// <summary>What is left after our prune passes restic's check and restores; restic's prune and ours work on one repository.</summary>
public sealed class PruneResticTests : IAsyncDisposable
{
    private const int Limit = 240_000;

    private readonly TempFolder _folder = new();
    private readonly HastyTimeProvider _time = new();
    private readonly LocalStore _store;
    private readonly ResticProgram _restic;

    public PruneResticTests()
    {
        _store = new LocalStore(_folder.Combine("repository"), TimeProvider.System);
        _restic = ResticProgram.OrSkip(_store.Location, TestRepository.Password);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static PruneOptions Options => new() { RemovalGrace = TimeSpan.Zero };

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        _folder.Dispose();
    }

    [Theory(Timeout = Limit)]
    [InlineData(1, 6)]
    [InlineData(2, 30)]
    public async Task After_half_of_the_snapshots_was_removed_the_others_restore_and_restic_finds_no_fault(int version, int count)
    {
        await using OpenRepository open = await TestRepository.CreateAsync(_store, version, _time);
        await using IndexedRepository repository = await open.LoadIndexAsync(Stop);
        var random = new Random(version);
        byte[][] pool = [.. Enumerable.Range(0, 200).Select(_ => RandomContent(random, 40_000))];
        Dictionary<SnapshotId, byte[][]> snapshots = [];
        for (int i = 0; i < count; i++)
        {
            byte[][] contents = [.. Enumerable.Range(0, 12).Select(_ => pool[random.Next(pool.Length)]), .. Enumerable.Range(0, 3).Select(_ => RandomContent(random, 40_000))];
            foreach (byte[] content in contents)
            {
                await PutAsync(repository.Writer, content, compressed: content.Length % 2 == 0);
            }

            snapshots.Add(await SaveSnapshotAsync(repository, contents.Select((content, n) => ($"{n:D2}", new[] { content })), folder: "folder"), contents);
        }

        foreach (SnapshotId removed in snapshots.Keys.Where((_, i) => i % 2 == 0).ToArray())
        {
            await open.RemovedSnapshots.RemoveAsync(removed, Stop);
            snapshots.Remove(removed);
        }

        PruneResult first = await PruneAsync(repository, Options);
        (await _restic.CheckAsync(readData: true, Stop)).Succeeded();
        _time.Ahead += TimeSpan.FromHours(24);
        PruneResult second = await PruneAsync(repository, Options);

        Assert.True(first.RewrittenPacks + first.UnusedPacks > 0);
        Assert.Equal(first.CondemnedPacks, second.RemovedPacks);
        Assert.DoesNotContain("not referenced", (await _restic.CheckAsync(readData: true, Stop)).Succeeded().Errors, StringComparison.Ordinal);
        foreach ((SnapshotId id, byte[][] contents) in snapshots)
        {
            string target = _folder.Combine(id.ToString());
            (await _restic.RestoreAsync(id.ToString(), target, Stop)).Succeeded();
            for (int n = 0; n < contents.Length; n++)
            {
                Assert.Equal(contents[n], await File.ReadAllBytesAsync(Path.Join(target, "folder", $"{n:D2}"), Stop));
            }
        }
    }

    [Theory(Timeout = Limit)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Our_prune_and_that_of_restic_take_turns_on_a_repository_of_restic(int version)
    {
        await TestRepository.InitByResticAsync(_restic, _store, version);
        string source = Directory.CreateDirectory(_folder.Combine("source")).FullName;
        for (int i = 0; i < 6; i++)
        {
            await File.WriteAllBytesAsync(Path.Join(source, "changing"), RandomContent(new Random(i), 3_000_000), Stop);
            await File.WriteAllBytesAsync(Path.Join(source, $"staying {i}"), RandomContent(new Random(-i), 200_000), Stop);
            (await _restic.BackupAsync(source, [], Stop)).Succeeded();
        }

        (await _restic.RunAsync(["forget", "--keep-last", "3"], Stop)).Succeeded();
        await using OpenRepository open = await OpenRepository.OpenAsync(_store, TestRepository.Password, _time, Stop);
        await using IndexedRepository repository = await open.LoadIndexAsync(Stop);
        PruneResult ours = await PruneAsync(repository, Options with { MaxUnusedPercent = 0 });
        Assert.True(ours.UnusedBytes + ours.RewrittenBytes > 3_000_000);
        (await _restic.CheckAsync(readData: true, Stop)).Succeeded();

        (await _restic.RunAsync(["forget", "--keep-last", "2"], Stop)).Succeeded();
        (await _restic.RunAsync(["prune", "--max-unused", "0"], Stop)).Succeeded();
        (await _restic.CheckAsync(readData: true, Stop)).Succeeded();
        _time.Ahead += TimeSpan.FromHours(24);
        PruneResult again = await PruneAsync(repository, Options with { MaxUnusedPercent = 0 });

        Assert.Equal(0, again.UnusedBytes);
        Assert.Empty(await TestRepository.ToListAsync(RepositoryCheck.RunAsync(open, new CheckOptions { Data = CheckedData.All }, new Progress<RunProgress>(), Stop)));
        (await _restic.CheckAsync(readData: true, Stop)).Succeeded();
        (await _restic.RestoreAsync("latest", _folder.Combine("out"), Stop)).Succeeded();
        foreach (string file in Directory.GetFiles(source))
        {
            Assert.Equal(await File.ReadAllBytesAsync(file, Stop), await File.ReadAllBytesAsync(Path.Join(_folder.Combine("out"), file), Stop));
        }
    }

    [Fact(Timeout = Limit)]
    public async Task Restic_that_was_told_a_blob_is_there_keeps_the_swap_waiting_until_its_snapshot_is_saved()
    {
        await TestRepository.InitByResticAsync(_restic, _store, 2);
        byte[] content = RandomContent(new Random(7), 2_000_000);
        string file = _folder.Combine("file");
        await File.WriteAllBytesAsync(file, content, Stop);
        (await _restic.BackupAsync(file, [], Stop)).Succeeded();
        await using OpenRepository open = await OpenRepository.OpenAsync(_store, TestRepository.Password, _time, Stop);
        await using IndexedRepository repository = await open.LoadIndexAsync(Stop);
        SnapshotEntry only = Assert.Single(await TestRepository.ToListAsync(open.Snapshots.ListAsync(Stop)));
        await File.WriteAllBytesAsync(file, [1, 2, 3], Stop);
        (await _restic.BackupAsync(file, [], Stop)).Succeeded();
        await open.RemovedSnapshots.RemoveAsync(only.Id, Stop);

        using Process restic = _restic.Start(["backup", "--stdin"]);
        while ((await TestRepository.ToListAsync(_store.ListAsync(StoreFileKind.Lock, Stop))).Count == 0)
        {
            Assert.False(restic.HasExited);
            await Task.Yield();
        }

        await TestRepository.AssertFailsAsync(ErrorCode.RepositoryLocked, () => PruneAsync(repository, Options));
        await restic.StandardInput.BaseStream.WriteAsync(content, Stop);
        restic.StandardInput.Close();
        await restic.WaitForExitAsync(Stop);
        Assert.Equal(0, restic.ExitCode);

        await PruneAsync(repository, Options);
        _time.Ahead += TimeSpan.FromHours(24);
        await PruneAsync(repository, Options);
        (await _restic.CheckAsync(readData: true, Stop)).Succeeded();
        string saved = (string)JsonNode.Parse((await _restic.SnapshotsAsync(Stop)).Succeeded().Output)!.AsArray().Single(snapshot => (string)snapshot!["paths"]![0]! == "/stdin")!["id"]!;
        (await _restic.RestoreAsync(saved, _folder.Combine("out"), Stop)).Succeeded();
        Assert.Equal(content, await File.ReadAllBytesAsync(_folder.Combine("out", "stdin"), Stop));
    }

    private static async Task<PruneResult> PruneAsync(IndexedRepository repository, PruneOptions options)
    {
        await using RepositoryLock shared = await repository.Repository.Locks.AcquireAsync(exclusive: false, TimeSpan.Zero, Stop);
        return await new RepositoryPrune(repository, options, new Progress<RunProgress>(), (exception, _) => throw exception).RunAsync(Stop);
    }
}
