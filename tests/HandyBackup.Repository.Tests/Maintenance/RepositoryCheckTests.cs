using System.Text;
using HandyBackup.Contracts;
using HandyBackup.Stores;
using HandyBackup.Testing;
using static HandyBackup.Repository.Tests.Packs.TestBlobs;

namespace HandyBackup.Repository.Tests.Maintenance;

public sealed class RepositoryCheckTests : IAsyncLifetime
{
    private const int Limit = 120_000;

    private readonly MemoryStore _store = new();
    private readonly HastyTimeProvider _time = new();
    private readonly byte[][] _contents = [.. Enumerable.Range(0, 20).Select(i => RandomContent(new Random(i), 5000))];
    private OpenRepository _repository = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _repository = await TestRepository.CreateAsync(_store, time: _time);
        await StoreAsync(_contents[..10], "a.txt", "folder");
        await StoreAsync(_contents[5..], "b.txt", "other");
    }

    public async ValueTask DisposeAsync()
    {
        await _repository.DisposeAsync();
        await _store.DisposeAsync();
    }

    [Theory(Timeout = Limit)]
    [InlineData(1, false)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    [InlineData(2, true)]
    public async Task Sound_repository_has_no_findings_and_progress_reaches_its_totals(int version, bool readData)
    {
        await using var store = new MemoryStore();
        await using OpenRepository repository = await TestRepository.CreateAsync(store, version, _time);
        await using IndexedRepository indexed = await repository.LoadIndexAsync(Stop);
        foreach (byte[] content in _contents)
        {
            await PutAsync(indexed.Writer, content, compressed: version == 2);
        }

        await SaveSnapshotAsync(indexed, [("file", _contents)]);
        var progress = new LastProgress();

        List<CheckFinding> findings = await TestRepository.ToListAsync(RepositoryCheck.RunAsync(repository, new CheckOptions { Data = readData ? CheckedData.All : CheckedData.None }, progress, Stop));

        Assert.Empty(findings);
        Assert.Equal(3, progress.Last.Items);
        Assert.Equal(3, progress.Last.TotalItems);
        Assert.True(readData ? progress.Last.TotalBytes > 20_000 : progress.Last.TotalBytes == 0);
        Assert.DoesNotContain(store.Files, file => file.Kind == StoreFileKind.Lock);
    }

    [Fact(Timeout = Limit)]
    public async Task Any_altered_bit_is_found_and_the_file_named()
    {
        var random = new Random(1);
        foreach (StoreFile file in _store.Files)
        {
            for (int i = 0; i < 12; i++)
            {
                int bit = random.Next(_store[file].Length * 8);
                List<CheckFinding> findings = await CheckDamagedAsync(file, bytes => bytes[bit / 8] ^= (byte)(1 << (bit % 8)), readData: true);
                Assert.True(findings.Exists(finding => finding.IsDamage && finding.Target == FileErrors.PathOf(file)), $"Bit {bit} of {file}: {string.Join("; ", findings)}");
            }
        }
    }

    [Fact(Timeout = Limit)]
    public async Task Any_truncation_is_found_and_the_file_named()
    {
        var random = new Random(2);
        foreach (StoreFile file in _store.Files)
        {
            foreach (int length in (int[])[0, 1, random.Next(_store[file].Length), _store[file].Length - 1])
            {
                foreach (bool readData in (bool[])[false, true])
                {
                    List<CheckFinding> findings = await CheckReplacedAsync(file, _store[file][..length], readData);
                    Assert.True(findings.Exists(finding => finding.IsDamage && finding.Target == FileErrors.PathOf(file)), $"{length} bytes of {file}: {string.Join("; ", findings)}");
                }
            }
        }
    }

    [Theory(Timeout = Limit)]
    [InlineData(StoreFileKind.Config, ErrorCode.ConfigDamaged)]
    [InlineData(StoreFileKind.Key, ErrorCode.KeyDamaged)]
    [InlineData(StoreFileKind.Pack, ErrorCode.PackMissing)]
    public async Task Missing_file_that_others_name_is_named(StoreFileKind kind, ErrorCode code)
    {
        foreach (StoreFile file in _store.Files.Where(file => file.Kind == kind))
        {
            List<CheckFinding> findings = await CheckReplacedAsync(file, null, readData: false);
            Assert.Contains(findings, finding => finding.IsDamage && finding.Code == code && finding.Target == FileErrors.PathOf(file));
        }
    }

    [Fact(Timeout = Limit)]
    public async Task Missing_index_file_leaves_unused_packs_and_names_what_is_lost_with_it()
    {
        List<StoreFile> files = [.. _store.Files.Where(file => file.Kind == StoreFileKind.Index)];
        foreach (StoreFile file in files)
        {
            List<CheckFinding> findings = await CheckReplacedAsync(file, null, readData: true);
            Assert.Equal(2, findings.Count(finding => !finding.IsDamage && finding.Code == ErrorCode.PackUnused));
            Assert.Contains(findings, finding => finding.IsDamage && finding.Code == ErrorCode.BlobMissing);
        }
    }

    [Fact(Timeout = Limit)]
    public async Task Findings_come_once_and_name_the_paths_that_are_affected()
    {
        // Blob 7 is in the first pack of data, and in files of both snapshots.
        List<CheckFinding> findings = await WithDamagedBlobAsync(_contents[7], () => CheckAsync(readData: true));

        Assert.Equal(findings.Distinct(), findings);
        Assert.Contains(findings, finding => finding.Code == ErrorCode.PackDamaged);
        Assert.Contains(findings, finding => finding.Code == ErrorCode.BlobDamaged && finding.Target == IdOf(_contents[7]).ToString());
        Assert.Single(findings, finding => finding.Code == ErrorCode.BlobDamaged && finding.Target.EndsWith(":/folder/a.txt", StringComparison.Ordinal));
        Assert.Single(findings, finding => finding.Code == ErrorCode.BlobDamaged && finding.Target.EndsWith(":/other/b.txt", StringComparison.Ordinal));
        Assert.Equal(4, findings.Count);
    }

    [Fact(Timeout = Limit)]
    public async Task Altered_content_is_not_noticed_without_reading_data() =>
        Assert.Empty(await WithDamagedBlobAsync(_contents[7], () => CheckAsync(readData: false)));

    [Fact(Timeout = Limit)]
    public async Task Blob_that_another_pack_holds_too_harms_no_path()
    {
        // Stored again by somebody who knew no index.
        List<(StoreFile File, byte[] Content)> indexes = [.. _store.Files.Where(file => file.Kind == StoreFileKind.Index).Select(file => (file, _store[file]))];
        foreach ((StoreFile file, _) in indexes)
        {
            await _store.RemoveAsync(file, Stop);
        }

        await StoreAsync(_contents, "again", "again");
        foreach ((StoreFile file, byte[] content) in indexes)
        {
            _store[file] = content;
        }

        List<CheckFinding> findings = await WithDamagedBlobAsync(_contents[7], () => CheckAsync(readData: true));

        Assert.NotEmpty(findings);
        Assert.DoesNotContain(findings, finding => finding.Target.Contains(":/", StringComparison.Ordinal));
    }

    [Fact(Timeout = Limit)]
    public async Task Missing_data_and_trees_are_named_with_their_paths()
    {
        await using IndexedRepository indexed = await _repository.LoadIndexAsync(Stop);
        SnapshotId id = await SaveSnapshotAsync(indexed, [("gone", [[1, 2, 3], [4, 5, 6]])], folder: "with gap");
        var lost = new Snapshot { Time = _time.GetUtcNow(), Tree = IdOf([9]), Paths = ["/"] };
        SnapshotId lostId = await _repository.Snapshots.SaveAsync(lost, Stop);

        List<CheckFinding> findings = await CheckAsync(readData: false);

        Assert.Equal(2, findings.Count);
        CheckFinding file = Assert.Single(findings, finding => finding.Target == $"{id.ToString()[..8]}:/with gap/gone");
        Assert.Equal(ErrorCode.BlobMissing, file.Code);
        Assert.Contains(IdOf([1, 2, 3]).ToString(), file.Message, StringComparison.Ordinal);
        Assert.Contains("1 more", file.Message, StringComparison.Ordinal);
        CheckFinding root = Assert.Single(findings, finding => finding.Target == $"{lostId.ToString()[..8]}:/");
        Assert.Equal(ErrorCode.BlobMissing, root.Code);
    }

    [Theory(Timeout = Limit)]
    [InlineData("not JSON")]
    [InlineData("""{"nodes":[{"name":"x","type":"dir"}]}""")]
    [InlineData("""{"nodes":[{"name":"x","type":"file","content":null}]}""")]
    public async Task Tree_that_makes_no_sense_is_damaged(string json)
    {
        await using IndexedRepository indexed = await _repository.LoadIndexAsync(Stop);
        BlobId tree = await PutAsync(indexed.Writer, Encoding.UTF8.GetBytes(json), BlobType.Tree);
        await indexed.Writer.FlushAsync(Stop);
        await _repository.Snapshots.SaveAsync(new Snapshot { Time = _time.GetUtcNow(), Tree = tree, Paths = ["/"] }, Stop);
        CheckFinding finding = Assert.Single(await CheckAsync(readData: false));
        Assert.True(finding.IsDamage);
        Assert.Equal(ErrorCode.TreeDamaged, finding.Code);
        Assert.Contains(tree.ToString(), finding.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task Header_that_disagrees_with_the_index_is_found()
    {
        // An index that swaps the ids of two blobs of a pack.
        StoreFile index = _store.Files.First(file => file.Kind == StoreFileKind.Index);
        string json = Encoding.UTF8.GetString((await _repository.Files.FindAsync(StoreFileKind.Index, Sha256Hash.Parse(index.Name), 1 << 20, Stop))!);
        string first = IdOf(_contents[12]).ToString();
        string second = IdOf(_contents[13]).ToString();
        if (!json.Contains(first, StringComparison.Ordinal))
        {
            (first, second) = (IdOf(_contents[2]).ToString(), IdOf(_contents[3]).ToString());
        }

        json = json.Replace(first, "#", StringComparison.Ordinal).Replace(second, first, StringComparison.Ordinal).Replace("#", second, StringComparison.Ordinal);
        await _store.RemoveAsync(index, Stop);
        await _repository.Files.SaveAsync(StoreFileKind.Index, Encoding.UTF8.GetBytes(json), Stop);
        Assert.Equal(ErrorCode.PackDamaged, Assert.Single(await CheckAsync(readData: false)).Code);
    }

    [Fact(Timeout = Limit)]
    public async Task Left_overs_are_untidy_and_no_damage()
    {
        StoreFile old = _store.Files.First(file => file.Kind == StoreFileKind.Index);
        string json = Encoding.UTF8.GetString((await _repository.Files.FindAsync(StoreFileKind.Index, Sha256Hash.Parse(old.Name), 1 << 20, Stop))!);
        await _repository.Files.SaveAsync(StoreFileKind.Index, Encoding.UTF8.GetBytes($$"""{"supersedes":["{{old.Name}}"],{{json[1..]}}"""), Stop);
        var orphan = new StoreFile(StoreFileKind.Pack, IdOf([8]).ToString());
        _store[orphan] = [1];
        var brokenLock = new StoreFile(StoreFileKind.Lock, IdOf([9]).ToString());
        _store[brokenLock] = [2];

        List<CheckFinding> findings = await CheckAsync(readData: true);

        Assert.All(findings, finding => Assert.False(finding.IsDamage));
        Assert.Equal(
            new HashSet<(ErrorCode, string)>
            {
                (ErrorCode.IndexUnused, FileErrors.PathOf(old)), (ErrorCode.PackUnused, FileErrors.PathOf(orphan)), (ErrorCode.LockDamaged, FileErrors.PathOf(brokenLock)),
            },
            findings.Select(finding => (finding.Code, finding.Target)).ToHashSet());
    }

    [Fact(Timeout = Limit)]
    public async Task Check_waits_for_nobody_and_refuses_while_another_works_alone()
    {
        await using RepositoryLock alone = await _repository.Locks.AcquireAsync(exclusive: true, TimeSpan.Zero, Stop);
        HandyBackupException e = await Assert.ThrowsAsync<HandyBackupException>(() => CheckAsync(readData: false));
        Assert.Equal(ErrorCode.RepositoryLocked, e.Code);
    }

    [Fact(Timeout = Limit)]
    public async Task Check_that_is_given_up_releases_its_lock()
    {
        await using IAsyncEnumerator<CheckFinding> findings = RepositoryCheck.RunAsync(_repository, new CheckOptions { Data = CheckedData.All }, new LastProgress(), Stop).GetAsyncEnumerator(Stop);
        _store[new StoreFile(StoreFileKind.Pack, IdOf([8]).ToString())] = [1];
        Assert.True(await findings.MoveNextAsync());
        await findings.DisposeAsync();
        Assert.DoesNotContain(_store.Files, file => file.Kind == StoreFileKind.Lock);
    }

    private async Task StoreAsync(byte[][] contents, string name, string folder)
    {
        await using IndexedRepository indexed = await _repository.LoadIndexAsync(Stop);
        foreach (byte[] content in contents)
        {
            await PutAsync(indexed.Writer, content);
        }

        await SaveSnapshotAsync(indexed, [(name, contents)], folder: folder);
    }

    private Task<List<CheckFinding>> CheckAsync(bool readData) =>
        TestRepository.ToListAsync(RepositoryCheck.RunAsync(_repository, new CheckOptions { Data = readData ? CheckedData.All : CheckedData.None }, new LastProgress(), Stop));

    private Task<List<CheckFinding>> CheckDamagedAsync(StoreFile file, Action<byte[]> damage, bool readData)
    {
        byte[] damaged = (byte[])_store[file].Clone();
        damage(damaged);
        return CheckReplacedAsync(file, damaged, readData);
    }

    private async Task<List<CheckFinding>> CheckReplacedAsync(StoreFile file, byte[]? content, bool readData)
    {
        byte[] sound = _store[file];
        await _store.RemoveAsync(file, Stop);
        if (content is not null)
        {
            _store[file] = content;
        }

        List<CheckFinding> findings = await CheckAsync(readData);
        _store[file] = sound;
        return findings;
    }

    private async Task<List<CheckFinding>> WithDamagedBlobAsync(byte[] content, Func<Task<List<CheckFinding>>> checkAsync)
    {
        await using var index = new RepositoryIndex(new IndexFiles(_repository.Files));
        await index.RefreshAsync(Stop);
        Assert.True(index.Blobs.TryFind(new BlobKey(IdOf(content), BlobType.Data), out int entry));
        BlobPlace place = index.Blobs.GetPlace(entry);
        var file = new StoreFile(StoreFileKind.Pack, place.Pack.ToString());
        byte[] sound = _store[file];
        byte[] damaged = (byte[])sound.Clone();
        damaged[place.Blob.Offset + 20] ^= 1;
        _store[file] = damaged;
        List<CheckFinding> findings = await checkAsync();
        _store[file] = sound;
        return findings;
    }

    private sealed class LastProgress : IProgress<RunProgress>
    {
        private readonly Lock _gate = new();

        public RunProgress Last { get; private set; } = new();

        public void Report(RunProgress value)
        {
            lock (_gate)
            {
                Last = value.Items >= Last.Items ? value : Last;
            }
        }
    }
}
