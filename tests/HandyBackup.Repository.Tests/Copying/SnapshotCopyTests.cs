using System.Text.Json.Nodes;
using HandyBackup.Contracts;
using HandyBackup.Repository.Tests.Maintenance;
using HandyBackup.Repository.Tests.Repair;
using HandyBackup.Stores;
using HandyBackup.Testing;

namespace HandyBackup.Repository.Tests.Copying;

public sealed class SnapshotCopyTests : IAsyncDisposable
{
    private const int Limit = 240_000;

    private readonly TempFolder _folder = new();
    private readonly LocalStore _store;

    public SnapshotCopyTests() => _store = new LocalStore(_folder.Combine("target"), new HastyTimeProvider());

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private ResticProgram Restic => ResticProgram.OrSkip(_folder.Combine("target"), TestRepository.Password);

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        _folder.Dispose();
    }

    [Theory(Timeout = Limit)]
    [InlineData(1, 1)]
    [InlineData(1, 2)]
    [InlineData(2, 1)]
    [InlineData(2, 2)]
    public async Task Restic_lists_checks_and_restores_copies_that_are_made_once(int from, int to)
    {
        ResticProgram restic = Restic;
        await using DamagedRepository source = await DamagedRepository.CreateAsync(new MemoryStore(), percent: 0, from);
        await using OpenRepository target = await TestRepository.CreateAsync(_store, to);
        await using IndexedRepository reading = await source.Repository.LoadIndexAsync(Stop);
        await using IndexedRepository writing = await target.LoadIndexAsync(Stop);
        List<CopiedSnapshot> copies = [];
        foreach (SnapshotId id in source.Snapshots)
        {
            copies.Add(await CopyAsync(reading, writing, id));
        }

        Assert.All(copies, copy => Assert.False(copy.WasThere));
        (await restic.CheckAsync(readData: true, Stop)).Succeeded();
        JsonArray listed = JsonNode.Parse((await restic.SnapshotsAsync(Stop)).Succeeded().Output)!.AsArray();
        Assert.Equal(source.Snapshots.Select(id => id.ToString()).Order(), listed.Select(snapshot => (string)snapshot!["original"]!).Order());
        (await restic.RestoreAsync(copies[0].Id.ToString(), _folder.Combine("restored"), Stop)).Succeeded();
        Assert.Equal(8, Directory.GetFiles(_folder.Combine("restored", "folder 1")).Length);

        int files = Directory.GetFiles(_folder.Combine("target"), "*", SearchOption.AllDirectories).Length;
        Assert.Equal(copies[0] with { WasThere = true }, await CopyAsync(reading, writing, source.Snapshots[0]));
        // A copy of the copy is known as well, by the original that both name.
        await using IndexedRepository back = await source.Repository.LoadIndexAsync(Stop);
        Assert.Equal(new CopiedSnapshot(source.Snapshots[0], true), await CopyAsync(writing, back, copies[0].Id));
        Assert.Equal(files, Directory.GetFiles(_folder.Combine("target"), "*", SearchOption.AllDirectories).Length);
    }

    [Fact(Timeout = Limit)]
    public async Task Snapshot_of_restic_keeps_every_field_but_its_parent()
    {
        ResticProgram restic = Restic;
        await TestRepository.InitByResticAsync(restic, _store, 2);
        string folder = _folder.Combine("source");
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, "file"), "content", Stop);
        (await restic.BackupAsync(folder, [], Stop)).Succeeded();
        (await restic.BackupAsync(folder, ["--force", "--tag", "one,two"], Stop)).Succeeded();
        await using OpenRepository opened = await OpenRepository.OpenAsync(_store, TestRepository.Password, new HastyTimeProvider(), Stop);
        await using IndexedRepository reading = await opened.LoadIndexAsync(Stop);
        await using OpenRepository target = await TestRepository.CreateAsync(new LocalStore(_folder.Combine("second"), new HastyTimeProvider()));
        await using IndexedRepository writing = await target.LoadIndexAsync(Stop);
        foreach (SnapshotEntry entry in await TestRepository.ToListAsync(opened.Snapshots.ListAsync(Stop)))
        {
            CopiedSnapshot copy = await CopyAsync(reading, writing, entry.Id);
            JsonNode before = JsonNode.Parse((await restic.CatAsync(["snapshot", entry.Id.ToString()], Stop)).Succeeded().Output)!;
            ResticProgram second = ResticProgram.OrSkip(_folder.Combine("second"), TestRepository.Password);
            JsonNode after = JsonNode.Parse((await second.CatAsync(["snapshot", copy.Id.ToString()], Stop)).Succeeded().Output)!;
            before.AsObject().Remove("parent");
            before["original"] = entry.Id.ToString();
            Assert.True(JsonNode.DeepEquals(before, after), $"{before}\n{after}");
        }
    }

    [Fact(Timeout = Limit)]
    public async Task Copy_that_is_cut_short_goes_on_and_damage_of_the_source_is_never_copied()
    {
        var faulty = new FaultyStore(new MemoryStore());
        await using DamagedRepository source = await DamagedRepository.CreateAsync(new MemoryStore(), percent: 0);
        await using OpenRepository target = await TestRepository.CreateAsync(faulty, time: new HastyTimeProvider());
        await using IndexedRepository reading = await source.Repository.LoadIndexAsync(Stop);
        await using IndexedRepository writing = await target.LoadIndexAsync(Stop);
        faulty.Script(new StoreFault(StoreOperation.Save) { Kind = StoreFileKind.Index, Error = StoreError.Full, Times = 1 });
        await TestRepository.AssertFailsAsync(ErrorCode.StoreFull, () => CopyAsync(reading, writing, source.Snapshots[0]));
        Assert.Empty(await TestRepository.ToListAsync(target.Snapshots.ListAsync(Stop)));

        Assert.False((await CopyAsync(reading, writing, source.Snapshots[0])).WasThere);
        foreach (StoreFile pack in await source.ListAsync(StoreFileKind.Pack))
        {
            byte[] content = await source.LoadAsync(pack);
            content[500] ^= 1;
            await source.ReplaceAsync(pack, content);
        }

        await TestRepository.AssertFailsAsync(ErrorCode.BlobDamaged, () => CopyAsync(reading, writing, source.Snapshots[1]));
        List<CheckFinding> findings = await TestRepository.ToListAsync(RepositoryCheck.RunAsync(target, new CheckOptions { Data = CheckedData.All }, new Progress<RunProgress>(), Stop));
        Assert.DoesNotContain(findings, finding => finding.IsDamage);
        Assert.Single(await TestRepository.ToListAsync(target.Snapshots.ListAsync(Stop)));
    }

    private static Task<CopiedSnapshot> CopyAsync(IndexedRepository source, IndexedRepository target, SnapshotId id) =>
        new SnapshotCopy(source, target, new Progress<RunProgress>(), _ => { }).RunAsync(id, Stop);
}
