using HandyBackup.Contracts;
using HandyBackup.Stores;
using HandyBackup.Testing;
using static HandyBackup.Repository.Tests.Packs.TestBlobs;

namespace HandyBackup.Repository.Tests.Verification;

public sealed class SnapshotTimesTests : IAsyncLifetime
{
    private const int Limit = 60_000;

    private readonly MemoryStore _store = new();
    private readonly MemoryVerificationRecord _record = new();
    private readonly Maintenance.HastyTimeProvider _time = new();
    private OpenRepository _repository = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _repository = await TestRepository.CreateAsync(_store, time: _time);

    public async ValueTask DisposeAsync()
    {
        await _repository.DisposeAsync();
        await _store.DisposeAsync();
    }

    [Fact(Timeout = Limit)]
    public async Task Snapshot_is_as_old_as_the_oldest_pack_that_it_needs()
    {
        // Each snapshot has a random part of the files of the one before, in trees that others share, and packs of its own.
        var random = new Random(5);
        List<SnapshotId> snapshots = [];
        List<byte[]> contents = [];
        for (int i = 0; i < 12; i++)
        {
            contents.Add(RandomContent(random, 3000));
            snapshots.Add(await BackUpAsync(contents.Where(_ => random.Next(3) > 0).ToArray(), $"folder{i % 3}"));
        }

        Assert.Empty(await CheckAsync(CheckedData.None));
        Assert.Empty(_record.Snapshots);
        for (int round = 0; round < 20; round++)
        {
            foreach (PackId pack in _record.Packs.Keys.ToList())
            {
                DateTimeOffset? verified = random.Next(60) == 0 ? null : DateTimeOffset.FromUnixTimeSeconds(1_700_000_000 + random.Next(1_000_000));
                _record.Packs[pack] = _record.Packs[pack] with { Verified = verified };
            }

            Dictionary<PackId, DateTimeOffset?> times = _record.Packs.ToDictionary(pair => pair.Key, pair => pair.Value.Verified);
            Assert.Empty(await CheckAsync(CheckedData.None));
            await using IndexedRepository indexed = await _repository.LoadIndexAsync(Stop);
            foreach (SnapshotId id in snapshots)
            {
                Snapshot snapshot = await _repository.Snapshots.LoadAsync(id, Stop);
                DateTimeOffset? expected = await FindOldestAsync(indexed, times, snapshot.Tree);
                Assert.Equal(expected, _record.Snapshots.TryGetValue(id, out DateTimeOffset found) ? found : null);
            }
        }
    }

    [Fact(Timeout = Limit)]
    public async Task New_snapshot_is_verified_once_its_packs_were_read_back()
    {
        SnapshotId first = await BackUpAsync([[1], [2]], "a");
        Assert.Empty(await CheckAsync(CheckedData.All));
        DateTimeOffset read = _record.Snapshots[first];
        Assert.Equal(0, _record.State!.UnverifiedBytes);
        _time.Ahead += TimeSpan.FromDays(1);
        SnapshotId second = await BackUpAsync([[1], [3]], "a");

        Assert.Empty(await CheckAsync(CheckedData.None));
        Assert.Equal([first], _record.Snapshots.Keys);
        Assert.True(_record.State!.UnverifiedBytes > 0);

        // What is new comes first, and the share is all of it at the least.
        for (int day = 0; day < 30; day++)
        {
            Assert.Empty(await CheckAsync(CheckedData.Due));
            _time.Ahead += TimeSpan.FromDays(1);
        }

        Assert.Equal(0, _record.State!.UnverifiedBytes);
        Assert.True(_record.Snapshots[first] > read + TimeSpan.FromDays(1));
        Assert.True(_record.Snapshots.ContainsKey(second));
    }

    [Fact(Timeout = Limit)]
    public async Task Damaged_pack_is_found_when_it_is_due_and_keeps_its_old_time()
    {
        await BackUpAsync([[.. Enumerable.Repeat((byte)7, 500)]], "a");
        Assert.Empty(await CheckAsync(CheckedData.All));
        StoreFile file = _store.Files.Where(f => f.Kind == StoreFileKind.Pack).MaxBy(f => _store[f].Length);
        PackId damaged = new(Sha256Hash.Parse(file.Name));
        DateTimeOffset before = _record.Packs[damaged].Verified!.Value;
        byte[] bytes = (byte[])_store[file].Clone();
        bytes[40] ^= 1;
        _store[file] = bytes;
        Assert.Empty(await CheckAsync(CheckedData.None));
        _time.Ahead += TimeSpan.FromDays(30);

        for (int i = 0; i < 2; i++)
        {
            List<CheckFinding> findings = await CheckAsync(CheckedData.Due);
            Assert.Contains(findings, finding => finding.IsDamage && finding.Target == FileErrors.PathOf(file));
            Assert.Equal(before, _record.Packs[damaged].Verified);
            Assert.All(_record.Packs.Values.Where(pack => pack.Pack != damaged), pack => Assert.True(pack.Verified > before));
        }

        Assert.Empty(_record.Snapshots);
    }

    private static async Task<DateTimeOffset?> FindOldestAsync(IndexedRepository indexed, Dictionary<PackId, DateTimeOffset?> times, BlobId tree)
    {
        BlobIndex index = indexed.Index.Blobs;
        DateTimeOffset? oldest = TimeOf(new BlobKey(tree, BlobType.Tree));
        foreach (TreeNode node in TreeReader.Read(await indexed.Reader.ReadAsync(tree, BlobType.Tree, Stop)))
        {
            for (int i = 0; i < (node.Content?.Count ?? 0); i++)
            {
                oldest = Older(oldest, TimeOf(new BlobKey(node.Content![i], BlobType.Data)));
            }

            oldest = node.Subtree is { } subtree ? Older(oldest, await FindOldestAsync(indexed, times, subtree)) : oldest;
        }

        return oldest;

        DateTimeOffset? TimeOf(BlobKey key) => index.TryFind(key, out int entry) ? times[index.GetPlace(entry).Pack] : null;
        static DateTimeOffset? Older(DateTimeOffset? one, DateTimeOffset? other) => one is null || other is null ? null : one < other ? one : other;
    }

    private async Task<SnapshotId> BackUpAsync(byte[][] contents, string folder)
    {
        await using IndexedRepository indexed = await _repository.LoadIndexAsync(Stop);
        foreach (byte[] content in contents)
        {
            await PutAsync(indexed.Writer, content);
        }

        return await SaveSnapshotAsync(indexed, [("file", contents)], folder: folder);
    }

    private Task<List<CheckFinding>> CheckAsync(CheckedData data) =>
        TestRepository.ToListAsync(RepositoryCheck.RunAsync(_repository, new CheckOptions { Data = data, Record = _record }, new Progress<RunProgress>(), Stop));
}
