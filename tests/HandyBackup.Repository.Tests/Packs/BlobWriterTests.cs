using HandyBackup.Contracts;
using HandyBackup.Stores;
using HandyBackup.Testing;
using static HandyBackup.Repository.Tests.Packs.TestBlobs;

namespace HandyBackup.Repository.Tests.Packs;

public sealed class BlobWriterTests : IAsyncDisposable
{
    private const int Limit = 60_000;

    private readonly MemoryStore _memory = new();
    private readonly FaultyStore _store;
    private OpenRepository? _repository;
    private IndexedRepository? _indexed;

    public BlobWriterTests() => _store = new FaultyStore(_memory);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await (_indexed?.DisposeAsync() ?? default);
        await (_repository?.DisposeAsync() ?? default);
        await _store.DisposeAsync();
    }

    [Theory(Timeout = Limit)]
    [InlineData(1, false)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    [InlineData(2, true)]
    public async Task Put_blob_is_readable_after_a_flush_also_from_another_process(int version, bool compressed)
    {
        IndexedRepository repository = await OpenAsync(version);
        byte[] content = [.. Enumerable.Repeat((byte)7, 100_000)];
        BlobId id = await PutAsync(repository.Writer, content, BlobType.Data, compressed);
        await repository.Writer.FlushAsync(Stop);

        Assert.Equal(content, await repository.Reader.ReadAsync(id, BlobType.Data, Stop));
        await using OpenRepository other = await TestRepository.OpenAsync(_store);
        await using IndexedRepository otherIndexed = await other.LoadIndexAsync(Stop);
        Assert.Equal(content, await otherIndexed.Reader.ReadAsync(id, BlobType.Data, Stop));
    }

    [Fact(Timeout = Limit)]
    public async Task Version_1_stores_no_compressed_blob()
    {
        IndexedRepository repository = await OpenAsync(version: 1);
        BlobId id = await PutAsync(repository.Writer, new byte[100_000], compressed: true);
        await repository.Writer.FlushAsync(Stop);

        BlobPayload payload = Assert.Single(await TestRepository.ToListAsync(repository.Reader.GetAsync([id], BlobType.Data, Stop)));
        Assert.False(payload.IsCompressed);
        Assert.Equal(100_000, payload.Bytes.Length);
        payload.Dispose();
    }

    [Fact(Timeout = Limit)]
    public async Task Compressed_blob_is_stored_and_read_as_it_came()
    {
        IndexedRepository repository = await OpenAsync();
        using BlobPayload put = Payload(new byte[100_000], compressed: true);
        byte[] frame = put.Bytes.ToArray();
        await repository.Writer.PutAsync(put, verify: true, Stop);
        await repository.Writer.FlushAsync(Stop);

        BlobPayload payload = Assert.Single(await TestRepository.ToListAsync(repository.Reader.GetAsync([put.Id], BlobType.Data, Stop)));
        Assert.True(payload.IsCompressed);
        Assert.Equal(100_000, payload.PlainLength);
        Assert.Equal(frame, payload.Bytes.ToArray());
        payload.Dispose();
    }

    [Theory(Timeout = Limit)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Empty_blob_is_stored_and_read(bool compressed)
    {
        IndexedRepository repository = await OpenAsync();
        BlobId id = await PutAsync(repository.Writer, [], BlobType.Data, compressed);
        await repository.Writer.FlushAsync(Stop);
        Assert.Empty(await repository.Reader.ReadAsync(id, BlobType.Data, Stop));
    }

    [Fact(Timeout = Limit)]
    public async Task Blob_larger_than_a_pack_gets_its_own()
    {
        IndexedRepository repository = await OpenAsync();
        byte[] small = [1, 2, 3];
        byte[] large = RandomContent(new Random(2), 0);
        Array.Resize(ref large, PackFormat.TargetSize + 5);
        new Random(3).NextBytes(large);
        await PutAsync(repository.Writer, small);
        await PutAsync(repository.Writer, large);
        await repository.Writer.FlushAsync(Stop);

        Assert.Equal(large, await repository.Reader.ReadAsync(IdOf(large), BlobType.Data, Stop));
        Assert.Equal(small, await repository.Reader.ReadAsync(IdOf(small), BlobType.Data, Stop));
        Assert.Equal(2, Files(StoreFileKind.Pack).Count);
    }

    [Fact(Timeout = Limit)]
    public async Task Data_and_tree_with_equal_content_are_different_blobs_in_different_packs()
    {
        IndexedRepository repository = await OpenAsync();
        byte[] content = [1, 2, 3];
        await PutAsync(repository.Writer, content);
        Assert.True(repository.Contains(IdOf(content), BlobType.Data));
        Assert.False(repository.Contains(IdOf(content), BlobType.Tree));
        await PutAsync(repository.Writer, content, BlobType.Tree);
        await repository.Writer.FlushAsync(Stop);
        Assert.Equal(2, Files(StoreFileKind.Pack).Count);
        Assert.Equal(content, await repository.Reader.ReadAsync(IdOf(content), BlobType.Tree, Stop));
    }

    [Fact(Timeout = Limit)]
    public async Task Equal_blobs_are_stored_once_whoever_puts_them_and_when()
    {
        IndexedRepository repository = await OpenAsync();
        byte[][] contents = [.. Enumerable.Range(0, 50).Select(i => new byte[1000 + i])];
        long added = 0;
        await Parallel.ForAsync(0, 1000, Stop, async (i, _) => Interlocked.Add(ref added, await repository.Writer.PutAsync(Payload(contents[i % 50]), verify: true, Stop)));
        await repository.Writer.FlushAsync(Stop);
        Assert.Equal(contents.Sum(content => content.Length + MasterKey.Overhead + PackFormat.GetEntryLength(false)), added);
        Assert.Equal(added + PackFormat.Overhead, Assert.Single(Files(StoreFileKind.Pack)));

        Assert.Equal(0, await repository.Writer.PutAsync(Payload(contents[0]), verify: true, Stop));
        await repository.Writer.FlushAsync(Stop);
        Assert.Single(Files(StoreFileKind.Pack));
        Assert.Single(Files(StoreFileKind.Index));
        Assert.Equal(Files(StoreFileKind.Pack).Sum() + Files(StoreFileKind.Index).Sum(), repository.Writer.AddedBytes);
    }

    [Fact(Timeout = Limit)]
    public async Task Many_threads_fill_many_packs_and_everything_reads_back()
    {
        IndexedRepository repository = await OpenAsync();
        byte[][] contents = [.. Enumerable.Range(0, 60).Select(i => RandomContent(new Random(i), 2_000_000))];
        await Parallel.ForEachAsync(contents, Stop, async (content, _) => await PutAsync(repository.Writer, content));
        await repository.Writer.FlushAsync(Stop);

        Assert.InRange(Files(StoreFileKind.Pack).Count, 3, 8);
        Assert.All(Files(StoreFileKind.Pack), size => Assert.InRange(size, 1, PackFormat.TargetSize));
        foreach (byte[] content in contents)
        {
            Assert.Equal(content, await repository.Reader.ReadAsync(IdOf(content), BlobType.Data, Stop));
        }
    }

    [Theory(Timeout = Limit)]
    [InlineData(1, false)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    [InlineData(2, true)]
    public async Task Content_that_is_not_what_the_id_promises_is_refused_and_not_contained(int version, bool compressed)
    {
        IndexedRepository repository = await OpenAsync(version);
        BlobId promised = IdOf([1]);
        HandyBackupException e = await Assert.ThrowsAsync<HandyBackupException>(
            () => repository.Writer.PutAsync(Payload(promised, [2], compressed: compressed), verify: true, Stop).AsTask());
        Assert.Equal(ErrorCode.BlobDamaged, e.Code);
        Assert.Equal(promised.ToString(), e.Target);
        Assert.False(repository.Contains(promised, BlobType.Data));

        // The writer goes on working.
        await PutAsync(repository.Writer, [1]);
        await repository.Writer.FlushAsync(Stop);
        Assert.Equal([1], await repository.Reader.ReadAsync(promised, BlobType.Data, Stop));
    }

    [Fact(Timeout = Limit)]
    public async Task Compressed_content_of_another_length_than_promised_is_refused()
    {
        IndexedRepository repository = await OpenAsync();
        byte[] content = new byte[1000];
        foreach (int length in (int[])[0, 999, 1001, 1_000_000, int.MaxValue, -1])
        {
            using BlobPayload good = Payload(content, compressed: true);
            var owner = System.Buffers.MemoryPool<byte>.Shared.Rent(good.Bytes.Length);
            good.Bytes.CopyTo(owner.Memory);
            var lie = new BlobPayload(good.Id, BlobType.Data, length, true, owner, good.Bytes.Length);
            HandyBackupException e = await Assert.ThrowsAsync<HandyBackupException>(() => repository.Writer.PutAsync(lie, verify: true, Stop).AsTask());
            Assert.Equal(ErrorCode.BlobDamaged, e.Code);
        }
    }

    [Fact(Timeout = Limit)]
    public async Task Packs_are_durable_before_the_index_names_them_and_blobs_count_as_stored_only_then()
    {
        IndexedRepository repository = await OpenAsync();
        _store.Script(new StoreFault(StoreOperation.Save) { Kind = StoreFileKind.Pack, Error = StoreError.Full });
        BlobId id = await PutAsync(repository.Writer, [1, 2, 3]);
        Assert.True(repository.Contains(id, BlobType.Data));
        BlobWriter writer = repository.Writer;

        HandyBackupException e = await Assert.ThrowsAsync<HandyBackupException>(() => writer.FlushAsync(Stop));

        Assert.Equal(ErrorCode.StoreFull, e.Code);
        Assert.Empty(Files(StoreFileKind.Index));
        Assert.False(repository.Contains(id, BlobType.Data));
    }

    [Theory(Timeout = Limit)]
    [InlineData(StoreFileKind.Pack)]
    [InlineData(StoreFileKind.Index)]
    public async Task After_a_failed_save_the_writer_refuses_everything_and_a_new_one_works(StoreFileKind kind)
    {
        IndexedRepository repository = await OpenAsync();
        BlobWriter writer = repository.Writer;
        _store.Script(new StoreFault(StoreOperation.Save) { Kind = kind, Error = StoreError.Unavailable, Times = 1 });
        BlobId id = await PutAsync(writer, [1, 2, 3]);
        await Assert.ThrowsAsync<HandyBackupException>(() => writer.FlushAsync(Stop));

        // Another run that shares the writer may have relied on the lost blob: it must not get through either.
        HandyBackupException e = await Assert.ThrowsAsync<HandyBackupException>(() => PutAsync(writer, [4]));
        Assert.Equal(ErrorCode.StoreUnavailable, e.Code);
        await Assert.ThrowsAsync<HandyBackupException>(() => writer.FlushAsync(Stop));

        Assert.NotSame(writer, repository.Writer);
        await PutAsync(repository.Writer, [1, 2, 3]);
        await repository.Writer.FlushAsync(Stop);
        Assert.Equal([1, 2, 3], await repository.Reader.ReadAsync(id, BlobType.Data, Stop));
    }

    [Fact(Timeout = Limit)]
    public async Task What_was_stored_whole_before_a_failure_is_indexed_and_used_by_the_next_run()
    {
        IndexedRepository repository = await OpenAsync();
        BlobWriter writer = repository.Writer;
        _store.Script(new StoreFault(StoreOperation.Save) { Kind = StoreFileKind.Pack, Error = StoreError.Full, Skip = 2 });
        byte[][] contents = [.. Enumerable.Range(0, 100).Select(i => new byte[1_000_000 + i])];
        await Assert.ThrowsAsync<HandyBackupException>(async () =>
        {
            foreach (byte[] content in contents)
            {
                await PutAsync(writer, content);
            }
        });
        await Assert.ThrowsAsync<HandyBackupException>(() => writer.FlushAsync(Stop));

        await using IndexedRepository next = await repository.Repository.LoadIndexAsync(Stop);
        int known = contents.Count(content => next.Contains(IdOf(content), BlobType.Data));
        Assert.InRange(known, 30, 34);
    }

    [Fact(Timeout = Limit)]
    public async Task Putting_waits_while_the_store_is_slower_and_can_be_cancelled()
    {
        IndexedRepository repository = await OpenAsync();
        _store.Script(new StoreFault(StoreOperation.Save) { Kind = StoreFileKind.Pack, Delay = TimeSpan.FromHours(1) });
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        int put = 0;
        Task putting = Task.Run(
            async () =>
            {
                for (; put < 100; put++)
                {
                    await repository.Writer.PutAsync(Payload(new byte[4_000_000 + put]), verify: false, cancel.Token);
                }
            },
            Stop);

        // Two packs of data are all that may be made at once.
        while (_store.CallsOf(StoreOperation.Save) < 2 + 2)
        {
            await Task.Delay(5, Stop);
        }

        Assert.InRange(put, 6, 8);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => putting);
    }

    [Fact(Timeout = Limit)]
    public async Task Long_run_saves_an_index_file_now_and_then()
    {
        IndexedRepository repository = await OpenAsync();
        await Parallel.ForAsync(0, 60_000, Stop, async (i, _) => await repository.Writer.PutAsync(Payload(BitConverter.GetBytes(i)), verify: false, Stop));
        byte[] filler = new byte[PackFormat.TargetSize - 100];
        await PutAsync(repository.Writer, filler);
        filler[0] = 1;
        await PutAsync(repository.Writer, filler);
        while (Files(StoreFileKind.Index).Count == 0)
        {
            await Task.Delay(5, Stop);
        }

        await using IndexedRepository other = await repository.Repository.LoadIndexAsync(Stop);
        Assert.True(other.Contains(IdOf(BitConverter.GetBytes(5)), BlobType.Data));
    }

    [Fact(Timeout = Limit)]
    public async Task Closing_drops_what_was_not_flushed()
    {
        IndexedRepository repository = await OpenAsync();
        BlobWriter writer = repository.Writer;
        await PutAsync(writer, [1]);
        await repository.DisposeAsync();
        _indexed = null;
        HandyBackupException e = await Assert.ThrowsAsync<HandyBackupException>(() => PutAsync(writer, [2]));
        Assert.Equal(ErrorCode.Cancelled, e.Code);
        Assert.Empty(Files(StoreFileKind.Pack));
    }

    [Fact(Timeout = Limit)]
    public async Task Closing_ends_those_who_wait_for_room()
    {
        IndexedRepository repository = await OpenAsync();
        _store.Script(new StoreFault(StoreOperation.Save) { Kind = StoreFileKind.Pack, Delay = TimeSpan.FromHours(1) });
        BlobWriter writer = repository.Writer;
        Task[] putting = [.. Enumerable.Range(0, 20).Select(i => Task.Run(() => PutAsync(writer, new byte[4_000_000 + i]), Stop))];
        while (_store.CallsOf(StoreOperation.Save) < 2 + 2)
        {
            await Task.Delay(5, Stop);
        }

        await repository.DisposeAsync();
        _indexed = null;

        await Assert.ThrowsAsync<HandyBackupException>(() => Task.WhenAll(putting));
        Assert.Equal(8, putting.Count(task => task.IsCompletedSuccessfully));
        Assert.All(putting.Where(task => task.IsFaulted), task => Assert.Equal(ErrorCode.Cancelled, Assert.IsType<HandyBackupException>(task.Exception!.InnerException).Code));
    }

    private async Task<IndexedRepository> OpenAsync(int version = 2)
    {
        _repository = await TestRepository.CreateAsync(_store, version);
        _indexed = await _repository.LoadIndexAsync(Stop);
        return _indexed;
    }

    private List<long> Files(StoreFileKind kind) => [.. _memory.Files.Where(file => file.Kind == kind).Select(file => (long)_memory[file].Length)];
}
