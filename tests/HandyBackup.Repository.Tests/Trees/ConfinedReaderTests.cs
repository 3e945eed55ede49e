using HandyBackup.Contracts;
using HandyBackup.Repository.Tests.Maintenance;
using HandyBackup.Repository.Tests.Packs;
using ZstdNet;

namespace HandyBackup.Repository.Tests.Trees;

public sealed class ConfinedReaderTests : IAsyncLifetime
{
    private readonly List<BlobId> _refused = [];
    private PruneBench _bench = null!;
    private Snapshot _mine = null!;
    private Snapshot _other = null!;

    private static byte[] First { get; } = Content(1);

    private static byte[] Second { get; } = Content(2);

    private static byte[] Foreign { get; } = Content(3);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _bench = await PruneBench.CreateAsync();
        _mine = await LoadAsync(await _bench.BackUpAsync(First, Second));
        _other = await LoadAsync(await _bench.BackUpAsync(Foreign));
    }

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task Whoever_walks_down_from_the_root_reads_everything_below()
    {
        ConfinedReader reader = await ItemsAsync("");

        BlobId folder = await WalkAsync(reader);

        Assert.NotEqual(_mine.Tree, folder);
        Assert.Equal([First, Second], [await ReadAsync(reader, First), await ReadAsync(reader, Second)]);
        Assert.Equal(new long[] { First.Length, Second.Length }, await LengthsAsync(reader, First, Second));
        Assert.Empty(_refused);
    }

    [Fact]
    public async Task What_another_snapshot_has_is_refused()
    {
        ConfinedReader reader = await ItemsAsync("");
        await WalkAsync(reader);

        Assert.Equal(ErrorCode.BlobRefused, await FailsAsync(reader, _other.Tree, BlobType.Tree));
        Assert.Equal(ErrorCode.BlobRefused, await FailsAsync(reader, TestBlobs.IdOf(Foreign), BlobType.Data));
        Assert.Equal(-1, Assert.Single(await LengthsAsync(reader, Foreign)));
        Assert.Equal([_other.Tree, TestBlobs.IdOf(Foreign), TestBlobs.IdOf(Foreign)], _refused);
    }

    [Fact]
    public async Task Nothing_of_a_question_is_answered_if_a_part_of_it_is_refused()
    {
        ConfinedReader reader = await ItemsAsync("");
        await WalkAsync(reader);
        int delivered = 0;

        await Assert.ThrowsAsync<HandyBackupException>(async () =>
        {
            await foreach (BlobPayload payload in reader.GetAsync([TestBlobs.IdOf(First), TestBlobs.IdOf(Foreign)], BlobType.Data, Stop))
            {
                payload.Dispose();
                delivered++;
            }
        });

        Assert.Equal(0, delivered);
    }

    [Fact]
    public async Task Tree_under_the_id_of_content_is_refused()
    {
        ConfinedReader reader = await ItemsAsync("");
        await WalkAsync(reader);

        // The same id, as content that the repository does not have as such: missing, and no way round.
        Assert.Equal(ErrorCode.BlobMissing, await FailsAsync(reader, _mine.Tree, BlobType.Data));
        Assert.Empty(_refused);
    }

    [Fact]
    public async Task What_was_not_walked_to_is_refused()
    {
        ConfinedReader reader = await ItemsAsync("");

        Assert.Equal(ErrorCode.BlobRefused, await FailsAsync(reader, TestBlobs.IdOf(First), BlobType.Data));
    }

    [Fact]
    public async Task Backup_reads_folders_and_no_content()
    {
        ConfinedReader reader = ConfinedReader.OfFolders(_bench.Repository, _mine.Tree, _refused.Add);

        await WalkAsync(reader);

        Assert.Equal(ErrorCode.BlobRefused, await FailsAsync(reader, TestBlobs.IdOf(First), BlobType.Data));
        Assert.Equal(ErrorCode.BlobRefused, await FailsAsync(reader, _other.Tree, BlobType.Tree));
    }

    [Fact]
    public async Task Backup_that_builds_on_nothing_reads_nothing()
    {
        ConfinedReader reader = ConfinedReader.OfFolders(_bench.Repository, null, _refused.Add);

        Assert.Equal(ErrorCode.BlobRefused, await FailsAsync(reader, _mine.Tree, BlobType.Tree));
    }

    [Theory]
    [InlineData("/2 1/file 00001")]
    [InlineData("2\\x201/file 00001")]
    public async Task Selected_file_can_be_read_and_its_neighbour_cannot(string path)
    {
        ConfinedReader reader = await ItemsAsync(path);

        await WalkAsync(reader);

        Assert.Equal(Second, await ReadAsync(reader, Second));
        Assert.Equal(ErrorCode.BlobRefused, await FailsAsync(reader, TestBlobs.IdOf(First), BlobType.Data));
    }

    [Fact]
    public async Task Selected_folder_can_be_read_as_a_whole()
    {
        ConfinedReader reader = await ItemsAsync("2 1", "2 1/file 00000", "nothing/of/the/kind");

        await WalkAsync(reader);

        Assert.Equal([First, Second], [await ReadAsync(reader, First), await ReadAsync(reader, Second)]);
    }

    [Fact]
    public async Task Path_that_does_not_exist_opens_the_way_and_nothing_else()
    {
        ConfinedReader reader = await ItemsAsync("2 1/no such file");

        await WalkAsync(reader);

        Assert.Equal(ErrorCode.BlobRefused, await FailsAsync(reader, TestBlobs.IdOf(First), BlobType.Data));
    }

    [Fact]
    public async Task Confinement_survives_that_the_index_is_replaced()
    {
        await _bench.RemoveAsync(await _bench.BackUpAsync(Content(4), Content(5)));
        ConfinedReader reader = await ItemsAsync("");
        await WalkAsync(reader);
        using RepositoryUse use = _bench.Repository.BeginUse();
        use.TryPin(_mine.Tree);

        await _bench.PruneAsync(new PruneOptions { RemovalGrace = TimeSpan.Zero, MaxUnusedPercent = 0 }, TimeSpan.Zero);
        await _bench.Repository.RefreshAsync(Stop);

        Assert.Equal([First, Second], [await ReadAsync(reader, First), await ReadAsync(reader, Second)]);
        Assert.Equal(ErrorCode.BlobRefused, await FailsAsync(reader, TestBlobs.IdOf(Foreign), BlobType.Data));
    }

    private static byte[] Content(int seed) => [.. BitConverter.GetBytes(seed), .. new byte[3000 + seed]];

    private Task<Snapshot> LoadAsync(SnapshotId id) => _bench.Open.Snapshots.LoadAsync(id, Stop);

    private Task<ConfinedReader> ItemsAsync(params string[] paths) => ConfinedReader.OfItemsAsync(_bench.Repository, _mine.Tree, paths, _refused.Add, Stop);

    // As an agent does it; gives the snapshot's only folder.
    private async Task<BlobId> WalkAsync(ConfinedReader reader)
    {
        TreeNode folder = Assert.Single(TreeReader.Read(await ReadAsync(reader, _mine.Tree, BlobType.Tree)));
        Assert.Equal(2, TreeReader.Read(await ReadAsync(reader, folder.Subtree!.Value, BlobType.Tree)).Count());
        return folder.Subtree.Value;
    }

    private static Task<byte[]> ReadAsync(ConfinedReader reader, byte[] content) => ReadAsync(reader, TestBlobs.IdOf(content), BlobType.Data);

    private static async Task<byte[]> ReadAsync(ConfinedReader reader, BlobId id, BlobType type)
    {
        await foreach (BlobPayload payload in reader.GetAsync([id], type, Stop))
        {
            using (payload)
            {
                return Plain(payload);
            }
        }

        throw new InvalidOperationException("Nothing was delivered.");
    }

    private static byte[] Plain(BlobPayload payload)
    {
        using var decompressor = new Decompressor();
        return payload.IsCompressed ? decompressor.Unwrap(payload.Bytes.ToArray()) : payload.Bytes.ToArray();
    }

    private static async Task<ErrorCode> FailsAsync(ConfinedReader reader, BlobId id, BlobType type) =>
        (await Assert.ThrowsAsync<HandyBackupException>(() => ReadAsync(reader, id, type))).Code;

    private static async Task<long[]> LengthsAsync(ConfinedReader reader, params byte[][] contents)
    {
        long[] lengths = new long[contents.Length];
        await reader.GetLengthsAsync(contents.Select(TestBlobs.IdOf).ToArray(), BlobType.Data, lengths, Stop);
        return lengths;
    }
}
