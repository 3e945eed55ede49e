using HandyBackup.Contracts;
using HandyBackup.Stores;
using HandyBackup.Testing;
using static HandyBackup.Repository.Tests.Packs.TestBlobs;

namespace HandyBackup.Repository.Tests.Packs;

public sealed class BlobReaderTests : IAsyncLifetime
{
    private const int Limit = 60_000;

    private readonly MemoryStore _memory = new();
    private readonly FaultyStore _store;
    private OpenRepository _repository = null!;
    private IndexedRepository _indexed = null!;

    public BlobReaderTests() => _store = new FaultyStore(_memory);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _repository = await TestRepository.CreateAsync(_store);
        _indexed = await _repository.LoadIndexAsync(Stop);
    }

    public async ValueTask DisposeAsync()
    {
        await _indexed.DisposeAsync();
        await _repository.DisposeAsync();
        await _store.DisposeAsync();
    }

    [Fact(Timeout = Limit)]
    public async Task Every_blob_asked_for_comes_once_with_its_content()
    {
        byte[][] contents = await StoreAsync(300, 200_000);
        BlobId[] ids = [.. contents.Select(IdOf), .. contents.Take(100).Select(IdOf)];
        new Random(5).Shuffle(ids);

        var received = new Dictionary<BlobId, byte[]>();
        await foreach (BlobPayload payload in _indexed.Reader.GetAsync(ids, BlobType.Data, Stop))
        {
            received.Add(payload.Id, payload.Bytes.ToArray());
            payload.Dispose();
        }

        Assert.Equal(contents.Length, received.Count);
        Assert.All(contents, content => Assert.Equal(content, received[IdOf(content)]));
    }

    [Fact(Timeout = Limit)]
    public async Task Neighbours_are_read_with_one_request()
    {
        byte[][] contents = await StoreAsync(300, 20_000);
        int before = _store.CallsOf(StoreOperation.Load);
        await DrainAsync([.. contents.Select(IdOf)]);
        Assert.Equal(before + 1, _store.CallsOf(StoreOperation.Load));
    }

    [Fact(Timeout = Limit)]
    public async Task Blobs_that_lie_far_apart_are_read_alone()
    {
        byte[][] contents = await StoreAsync(300, 20_000);
        int before = _store.CallsOf(StoreOperation.Load);
        await DrainAsync([IdOf(contents[0]), IdOf(contents[150]), IdOf(contents[299])]);
        Assert.Equal(before + 3, _store.CallsOf(StoreOperation.Load));
    }

    [Theory(Timeout = Limit)]
    [InlineData(10)]
    [InlineData(700_000)]
    public async Task Lengths_are_told_without_reading_a_pack(int length)
    {
        byte[][] contents = await StoreAsync(3, length);
        BlobId unknown = IdOf([1, 2, 3, 4]);
        BlobId[] ids = [.. contents.Select(IdOf), unknown, IdOf(contents[0])];
        int before = _store.CallsOf(StoreOperation.Load);
        long[] lengths = new long[ids.Length];

        await _indexed.Reader.GetLengthsAsync(ids, BlobType.Data, lengths, Stop);

        Assert.Equal([.. contents.Select(content => (long)content.Length), -1, contents[0].Length], lengths);
        await _indexed.Reader.GetLengthsAsync(ids, BlobType.Tree, lengths, Stop);
        Assert.All(lengths, found => Assert.Equal(-1, found));
        Assert.Equal(before, _store.CallsOf(StoreOperation.Load));
    }

    [Fact(Timeout = Limit)]
    public async Task Unknown_blob_is_missing()
    {
        await StoreAsync(1, 10);
        HandyBackupException e = await TestRepository.AssertFailsAsync(ErrorCode.BlobMissing, () => _indexed.Reader.ReadAsync(IdOf([99]), BlobType.Data, Stop));
        Assert.Equal(IdOf([99]).ToString(), e.Target);
        await TestRepository.AssertFailsAsync(ErrorCode.BlobMissing, () => DrainAsync([IdOf([99])]));
    }

    [Fact(Timeout = Limit)]
    public async Task Tree_is_not_found_as_data() =>
        await TestRepository.AssertFailsAsync(
            ErrorCode.BlobMissing, async () => await _indexed.Reader.ReadAsync(IdOf((await StoreAsync(1, 10))[0]), BlobType.Tree, Stop));

    [Fact(Timeout = Limit)]
    public async Task Missing_pack_is_named()
    {
        byte[][] contents = await StoreAsync(3, 10);
        StoreFile pack = Pack();
        await _store.RemoveAsync(pack, Stop);
        HandyBackupException e = await TestRepository.AssertFailsAsync(ErrorCode.PackMissing, () => _indexed.Reader.ReadAsync(IdOf(contents[0]), BlobType.Data, Stop));
        Assert.Contains(pack.Name, e.Message, StringComparison.Ordinal);
        e = await TestRepository.AssertFailsAsync(ErrorCode.PackMissing, () => DrainAsync([IdOf(contents[1])]));
        Assert.Equal(IdOf(contents[1]).ToString(), e.Target);
    }

    [Fact(Timeout = Limit)]
    public async Task Damaged_blob_is_named_and_all_others_of_its_range_are_delivered()
    {
        byte[][] contents = await StoreAsync(20, 1000);
        DamageBlob(contents[7]);
        List<BlobId> received = [];

        HandyBackupException e = await TestRepository.AssertFailsAsync(ErrorCode.BlobDamaged, () => DrainAsync([.. contents.Select(IdOf)], received));

        Assert.Equal(IdOf(contents[7]).ToString(), e.Target);
        Assert.Equal(contents.Where((_, i) => i != 7).Select(IdOf).ToHashSet(), received.ToHashSet());
        await TestRepository.AssertFailsAsync(ErrorCode.BlobDamaged, () => _indexed.Reader.ReadAsync(IdOf(contents[7]), BlobType.Data, Stop));
        Assert.Equal(contents[8], await _indexed.Reader.ReadAsync(IdOf(contents[8]), BlobType.Data, Stop));
    }

    [Fact(Timeout = Limit)]
    public async Task Truncated_pack_still_gives_the_blobs_before_the_cut()
    {
        byte[][] contents = await StoreAsync(20, 1000);
        StoreFile pack = Pack();
        _memory[pack] = _memory[pack][..(_memory[pack].Length / 2)];
        List<BlobId> received = [];
        HandyBackupException e = await TestRepository.AssertFailsAsync(ErrorCode.BlobDamaged, () => DrainAsync([.. contents.Select(IdOf)], received));
        Assert.Contains("cut off", e.Message, StringComparison.Ordinal);
        Assert.InRange(received.Count, 5, 15);
    }

    [Fact(Timeout = Limit)]
    public async Task Copy_in_another_pack_is_used_when_one_is_damaged()
    {
        byte[][] contents = await StoreAsync(10, 1000);
        StoreFile first = Pack();

        // A second process that does not know the first pack stores everything again.
        byte[] index = _memory[IndexFile()];
        StoreFile hidden = IndexFile();
        await _store.RemoveAsync(hidden, Stop);
        await using (IndexedRepository second = await _repository.LoadIndexAsync(Stop))
        {
            foreach (byte[] content in contents.Reverse())
            {
                await PutAsync(second.Writer, content);
            }

            await second.Writer.FlushAsync(Stop);
        }

        _memory[hidden] = index;
        await using IndexedRepository both = await _repository.LoadIndexAsync(Stop);
        StoreFile other = _memory.Files.Single(file => file.Kind == StoreFileKind.Pack && file != first);
        foreach (StoreFile victim in (StoreFile[])[first, other])
        {
            byte[] sound = _memory[victim];
            _memory[victim] = new byte[sound.Length];
            foreach (byte[] content in contents)
            {
                Assert.Equal(content, await both.Reader.ReadAsync(IdOf(content), BlobType.Data, Stop));
            }

            Assert.Equal(10, (await TestRepository.ToListAsync(both.Reader.GetAsync([.. contents.Select(IdOf)], BlobType.Data, Stop))).Count);
            _memory[victim] = sound;
        }
    }

    [Fact(Timeout = Limit)]
    public async Task Reading_that_is_given_up_half_way_ends_and_leaves_the_reader_usable()
    {
        byte[][] contents = await StoreAsync(100, 1_000_000);
        await foreach (BlobPayload payload in _indexed.Reader.GetAsync([.. contents.Select(IdOf)], BlobType.Data, Stop))
        {
            payload.Dispose();
            break;
        }

        Assert.Equal(contents[50], await _indexed.Reader.ReadAsync(IdOf(contents[50]), BlobType.Data, Stop));
    }

    [Fact(Timeout = Limit)]
    public async Task Slow_consumer_keeps_few_ranges_in_flight()
    {
        byte[][] contents = await StoreAsync(100, 2_000_000);
        int before = _store.CallsOf(StoreOperation.Load);
        await using IAsyncEnumerator<BlobPayload> blobs = _indexed.Reader.GetAsync([.. contents.Select(IdOf)], BlobType.Data, Stop).GetAsyncEnumerator(Stop);
        Assert.True(await blobs.MoveNextAsync());
        Assert.InRange(_store.CallsOf(StoreOperation.Load) - before, 1, 4);
        blobs.Current.Dispose();
    }

    [Fact(Timeout = Limit)]
    public async Task Failing_store_is_a_store_error()
    {
        byte[][] contents = await StoreAsync(1, 10);
        _store.Script(new StoreFault(StoreOperation.Load) { Error = StoreError.Unavailable });
        await TestRepository.AssertFailsAsync(ErrorCode.StoreUnavailable, () => _indexed.Reader.ReadAsync(IdOf(contents[0]), BlobType.Data, Stop));
        await TestRepository.AssertFailsAsync(ErrorCode.StoreUnavailable, () => DrainAsync([IdOf(contents[0])]));
    }

    private async Task<byte[][]> StoreAsync(int count, int length)
    {
        var random = new Random(4);
        byte[][] contents = [.. Enumerable.Range(0, count).Select(_ => new byte[length])];
        foreach (byte[] content in contents)
        {
            random.NextBytes(content);
            await PutAsync(_indexed.Writer, content);
        }

        await _indexed.Writer.FlushAsync(Stop);
        return contents;
    }

    private async Task DrainAsync(BlobId[] ids, List<BlobId>? received = null)
    {
        await foreach (BlobPayload payload in _indexed.Reader.GetAsync(ids, BlobType.Data, Stop))
        {
            received?.Add(payload.Id);
            payload.Dispose();
        }
    }

    private StoreFile Pack() => _memory.Files.Single(file => file.Kind == StoreFileKind.Pack);

    private StoreFile IndexFile() => _memory.Files.Single(file => file.Kind == StoreFileKind.Index);

    private void DamageBlob(byte[] content)
    {
        StoreFile pack = Pack();
        byte[] bytes = (byte[])_memory[pack].Clone();
        // Blobs of equal length lie one after the other in the order in which they were put.
        int length = content.Length + MasterKey.Overhead;
        bytes[(7 * length) + 100] ^= 1;
        _memory[pack] = bytes;
    }
}
