using System.Text;
using FsCheck;
using FsCheck.Xunit;
using HandyBackup.Contracts;
using HandyBackup.Stores;
using HandyBackup.Testing;
using static HandyBackup.Repository.Tests.TestRepository;

namespace HandyBackup.Repository.Tests.Snapshots;

public sealed class SnapshotFilesTests : IAsyncDisposable
{
    private const int Limit = 30_000;

    private readonly MemoryStore _store = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static BlobId Tree { get; } = new(Sha256Hash.Parse(new string('7', 64)));

    private static Snapshot Minimal => new() { Time = DateTimeOffset.UnixEpoch, Tree = Tree, Paths = ["/srv"] };

    private static Snapshot Full => new()
    {
        Time = new DateTimeOffset(2026, 11, 22, 23, 30, 1, TimeSpan.FromHours(5.5)).AddTicks(1234567),
        Parent = new SnapshotId(Sha256Hash.Parse(new string('a', 64))),
        Tree = Tree,
        Paths = ["/srv/Größe \"quoted\"\n", @"C:\Users"],
        HostName = "fileserver.example.org",
        UserName = "backup",
        UserId = 1000,
        GroupId = uint.MaxValue,
        Excludes = ["**/*.tmp"],
        Tags = ["docs", "weekly"],
        Original = new SnapshotId(Sha256Hash.Parse(new string('b', 64))),
        ProgramVersion = "handybackup 0.1.0",
        Origin = new SnapshotOrigin
        {
            Task = "docs",
            Agent = "local",
            Source = "Files",
            RunId = Guid.Parse("01234567-89ab-cdef-0123-456789abcdef"),
            Totals = new ItemTotals(12, 345_678_901_234),
            AddedBytes = 5678,
        },
    };

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    [Theory(Timeout = Limit)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Saved_snapshot_comes_back(int version)
    {
        await using OpenRepository repository = await CreateAsync(_store, version);
        foreach (Snapshot snapshot in new[] { Full, Minimal })
        {
            SnapshotId id = await repository.Snapshots.SaveAsync(snapshot, Stop);
            Snapshot loaded = await repository.Snapshots.LoadAsync(id, Stop);
            Assert.Equivalent(snapshot, loaded, strict: true);
            Assert.Equal(snapshot.Time.Offset, loaded.Time.Offset);
        }
    }

    [Property]
    public bool Any_text_survives(NonNull<string> host, NonNull<string>[] paths)
    {
        // A lone half of a surrogate pair is no text: JSON has no way to write it.
        static string Valid(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
        Snapshot snapshot = Minimal with { HostName = Valid(host.Get), Paths = [.. paths.Select(path => Valid(path.Get))] };
        return SnapshotCodec.TryDecode(SnapshotCodec.Encode(snapshot), out Snapshot? decoded, out _)
            && decoded.HostName == snapshot.HostName && decoded.Paths.SequenceEqual(snapshot.Paths);
    }

    [Fact]
    public void Json_is_that_of_restic_and_leaves_out_what_is_empty() => Assert.Equal(
        $$"""{"time":"1970-01-01T00:00:00+00:00","tree":"{{Tree}}","paths":["/srv"]}""",
        Encoding.UTF8.GetString(SnapshotCodec.Encode(Minimal)));

    [Theory]
    [InlineData("""{"time":"2026-11-22T22:30:35.060418369Z","tree":"TREE","paths":null,"hostname":"vm","summary":{"files_new":1}}""", "2026-11-22T22:30:35.0604183+00:00")]
    [InlineData("""{"time":"2026-11-22T22:30:35+05:30","tree":"TREE","paths":["a"],"handybackup":{"task":"t","later":[1]}}""", "2026-11-22T22:30:35.0000000+05:30")]
    [InlineData("""{"time":"2026-11-22T22:30:35.1-08:00","tree":"TREE","handybackup":null,"parent":"nonsense"}""", "2026-11-22T22:30:35.1000000-08:00")]
    public void Snapshots_of_other_programs_and_versions_are_read(string json, string time)
    {
        Assert.True(SnapshotCodec.TryDecode(Encoding.UTF8.GetBytes(json.Replace("TREE", Tree.ToString(), StringComparison.Ordinal)), out Snapshot? snapshot, out _));
        Assert.Equal(time, snapshot.Time.ToString("O"));
        Assert.Equal(Tree, snapshot.Tree);
    }

    [Theory(Timeout = Limit)]
    [InlineData("""{"time":"2026-11-22T22:30:35Z","paths":[]}""")]
    [InlineData("""{"time":"2026-11-22T22:30:35Z","tree":null}""")]
    [InlineData("""{"time":"2026-11-22T22:30:35Z","tree":"1234"}""")]
    [InlineData("""{"time":"yesterday","tree":"7777777777777777777777777777777777777777777777777777777777777777"}""")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{")]
    public async Task Sealed_content_that_is_no_snapshot_is_damage(string json)
    {
        await using OpenRepository repository = await CreateAsync(_store);
        (Sha256Hash id, _) = await repository.Files.SaveAsync(StoreFileKind.Snapshot, Encoding.UTF8.GetBytes(json), Stop);
        HandyBackupException exception = await AssertFailsAsync(ErrorCode.SnapshotDamaged, () => repository.Snapshots.LoadAsync(new SnapshotId(id), Stop));
        Assert.Equal($"snapshots/{id}", exception.Target);
    }

    [Fact(Timeout = Limit)]
    public async Task Flipped_bits_and_truncation_are_damage()
    {
        await using OpenRepository repository = await CreateAsync(_store);
        SnapshotId id = await repository.Snapshots.SaveAsync(Full, Stop);
        var file = new StoreFile(StoreFileKind.Snapshot, id.ToString());
        byte[] content = _store[file];
        for (int i = 0; i < content.Length; i += 7)
        {
            byte[] flipped = [.. content];
            flipped[i] ^= 1;
            _store[file] = flipped;
            await AssertFailsAsync(ErrorCode.SnapshotDamaged, () => repository.Snapshots.LoadAsync(id, Stop));
            _store[file] = content[..i];
            await AssertFailsAsync(ErrorCode.SnapshotDamaged, () => repository.Snapshots.LoadAsync(id, Stop));
        }
    }

    [Fact(Timeout = Limit)]
    public async Task Listing_reports_a_damaged_snapshot_between_sound_ones()
    {
        await using OpenRepository repository = await CreateAsync(_store);
        SnapshotId sound = await repository.Snapshots.SaveAsync(Full, Stop);
        SnapshotId damaged = await repository.Snapshots.SaveAsync(Minimal, Stop);
        _store[new StoreFile(StoreFileKind.Snapshot, damaged.ToString())] = [];

        List<SnapshotEntry> entries = await ToListAsync(repository.Snapshots.ListAsync(Stop));
        Assert.Equal(2, entries.Count);
        Assert.Equivalent(Full, entries.Single(entry => entry.Id == sound).Snapshot, strict: true);
        SnapshotEntry broken = entries.Single(entry => entry.Id == damaged);
        Assert.Null(broken.Snapshot);
        Assert.Equal((ErrorCode.SnapshotDamaged, $"snapshots/{damaged}"), (broken.Error!.Code, broken.Error.Target));
    }

    [Fact(Timeout = Limit)]
    public async Task Failing_store_ends_a_listing_with_its_own_error()
    {
        await using OpenRepository created = await CreateAsync(_store);
        await created.Snapshots.SaveAsync(Full, Stop);
        var faulty = new FaultyStore(_store);
        await using OpenRepository repository = await OpenAsync(faulty);
        faulty.Script(new StoreFault(StoreOperation.Load) { Kind = StoreFileKind.Snapshot, Error = StoreError.Unavailable });
        await AssertFailsAsync(ErrorCode.StoreUnavailable, () => ToListAsync(repository.Snapshots.ListAsync(Stop)));
    }

    [Fact(Timeout = Limit)]
    public async Task Snapshot_is_found_by_the_beginning_of_its_id()
    {
        await using OpenRepository repository = await CreateAsync(_store);
        SnapshotId id = await repository.Snapshots.SaveAsync(Full, Stop);
        foreach (int digits in new[] { 1, 8, 64 })
        {
            Assert.Equal(id, await repository.Snapshots.FindAsync(id.ToString()[..digits], Stop));
            Assert.Equal(id, await repository.Snapshots.FindAsync(id.ToString()[..digits].ToUpperInvariant(), Stop));
        }
    }

    [Fact(Timeout = Limit)]
    public async Task Beginning_of_several_ids_is_ambiguous_and_of_none_not_found()
    {
        await using OpenRepository repository = await CreateAsync(_store);
        _store[new StoreFile(StoreFileKind.Snapshot, "ab" + new string('0', 62))] = [];
        _store[new StoreFile(StoreFileKind.Snapshot, "ab" + new string('1', 62))] = [];
        await AssertFailsAsync(ErrorCode.SnapshotAmbiguous, () => repository.Snapshots.FindAsync("ab", Stop));
        await AssertFailsAsync(ErrorCode.SnapshotNotFound, () => repository.Snapshots.FindAsync("ac", Stop));
        await AssertFailsAsync(ErrorCode.SnapshotNotFound, () => repository.Snapshots.FindAsync("*", Stop));
        HandyBackupException exception = await Assert.ThrowsAsync<HandyBackupException>(() => repository.Snapshots.FindAsync("", Stop));
        Assert.Equal(ErrorCode.SnapshotNotFound, exception.Code);
    }

    [Fact(Timeout = Limit)]
    public async Task Removed_snapshot_is_not_found()
    {
        await using OpenRepository repository = await CreateAsync(_store);
        SnapshotId id = await repository.Snapshots.SaveAsync(Full, Stop);
        await repository.Snapshots.RemoveAsync(id, Stop);
        HandyBackupException exception = await AssertFailsAsync(ErrorCode.SnapshotNotFound, () => repository.Snapshots.LoadAsync(id, Stop));
        Assert.Equal(id.ToString(), exception.Target);
        await repository.Snapshots.RemoveAsync(id, Stop);
    }
}
