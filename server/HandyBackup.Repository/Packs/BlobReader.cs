using System.Buffers;
using System.Runtime.CompilerServices;
using HandyBackup.Contracts;
using HandyBackup.Stores;

namespace HandyBackup.Repository;

/// <summary>
/// Reads blobs in pack order with coalesced ranges. Implements what agents may read. Safe to share between threads. A blob that is damaged
/// in one pack is taken from another if that holds it too. Blobs become readable when they were flushed.
/// </summary>
public sealed class BlobReader : IRetrieve
{
    // Times the longest range this bounds the memory of a request, besides what its caller has not disposed yet.
    private const int MaxRangesInFlight = 4;

    // As it is stored, and then through parity.
    private static readonly bool[] s_ways = [false, true];

    private readonly Func<BlobIndex> _getIndex;
    private readonly IStore _store;
    private readonly MasterKey _key;
    private readonly BlobVerifier _verifier;
    private readonly MemoryPool<byte> _buffers;
    private readonly HealedPacks? _healedPacks;

    /// <param name="getIndex">Gives the index.</param>
    /// <param name="repository">Where the packs lie, and what opens them.</param>
    /// <param name="verifier">Verifies the blobs.</param>
    /// <param name="readsThroughParity">True to read what is damaged everywhere through parity; false to report it.</param>
    internal BlobReader(Func<BlobIndex> getIndex, OpenRepository repository, BlobVerifier verifier, bool readsThroughParity)
    {
        _getIndex = getIndex;
        _store = repository.Store;
        _key = repository.MasterKey;
        _buffers = repository.Buffers;
        _healedPacks = readsThroughParity ? repository.HealedPacks : null;
        _verifier = verifier;
    }

    /// <inheritdoc/>
    public ValueTask GetLengthsAsync(ReadOnlyMemory<BlobId> ids, BlobType type, Memory<long> lengths, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        BlobIndex index = _getIndex();
        for (int i = 0; i < ids.Length; i++)
        {
            lengths.Span[i] = index.TryFind(new BlobKey(ids.Span[i], type), out int entry) ? index.GetPlace(entry).Blob.PlainLength : -1;
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<BlobPayload> GetAsync(
        IReadOnlyCollection<BlobId> ids, BlobType type, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        BlobIndex index = _getIndex();
        var plan = new ReadPlan(index, ids, type);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Queue<Task<OpenedRange>> inFlight = [];
        OpenedRange? current = null;
        try
        {
            while (true)
            {
                while (inFlight.Count < MaxRangesInFlight && plan.TakeRange() is { } places)
                {
                    inFlight.Enqueue(Task.Run(() => ReadRangeAsync(index, places, stop.Token), stop.Token));
                }

                if (!inFlight.TryDequeue(out Task<OpenedRange>? next))
                {
                    yield break;
                }

                current = await next;
                while (current.Payloads.TryDequeue(out BlobPayload? payload))
                {
                    yield return payload;
                }

                current.ThrowIfFaulted();
            }
        }
        finally
        {
            await stop.CancelAsync();
            current?.Dispose();
            foreach (Task<OpenedRange> task in inFlight)
            {
                await ((Task)task).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (task.IsCompletedSuccessfully)
                {
                    task.Result.Dispose();
                }
            }
        }
    }

    /// <summary>Reads one blob's plain, verified content.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.BlobMissing"/>, <see cref="ErrorCode.PackMissing"/> or <see cref="ErrorCode.BlobDamaged"/>.</exception>
    public Task<byte[]> ReadAsync(BlobId id, BlobType type, CancellationToken cancellationToken) =>
        ReadAnyCopyAsync(_getIndex(), new BlobKey(id, type), ReadPlainAsync, cancellationToken);

    private static async Task<T> ReadAnyCopyAsync<T>(
        BlobIndex index, BlobKey key, Func<BlobPlace, bool, CancellationToken, Task<T>> readAsync, CancellationToken cancellationToken)
    {
        HandyBackupException? fault = null;
        List<int> entries = index.FindAll(key);
        foreach (bool throughParity in s_ways)
        {
            foreach (int entry in entries)
            {
                try
                {
                    return await readAsync(index.GetPlace(entry), throughParity, cancellationToken);
                }
                catch (HandyBackupException e) when (e.Code is ErrorCode.PackMissing or ErrorCode.BlobDamaged)
                {
                    fault ??= e;
                }
            }
        }

        throw fault ?? BlobFaults.Missing(key.Id, key.Type);
    }

    private async Task<OpenedRange> ReadRangeAsync(BlobIndex index, List<BlobPlace> places, CancellationToken cancellationToken)
    {
        long start = places[0].Blob.Offset;
        var buffer = new SharedBuffer(_buffers, (int)(places[^1].Blob.End - start));
        var range = new OpenedRange();
        bool isComplete = false;
        try
        {
            bool isLoaded = await TryLoadAsync(places[0].Pack, start, buffer.Memory, cancellationToken);
            foreach (BlobPlace place in places)
            {
                BlobPayload? payload = isLoaded ? TryOpen(buffer, (int)(place.Blob.Offset - start), place.Blob) : null;
                try
                {
                    range.Payloads.Enqueue(payload ?? await ReadAnyCopyAsync(index, place.Blob.Key, ReadPayloadAsync, cancellationToken));
                }
                catch (HandyBackupException e)
                {
                    // The others of the range are good: they are delivered before the fault is.
                    range.Fault ??= e;
                }
            }

            isComplete = true;
            return range;
        }
        finally
        {
            buffer.Release();
            if (!isComplete)
            {
                range.Dispose();
            }
        }
    }

    private async Task<byte[]> ReadPlainAsync(BlobPlace place, bool throughParity, CancellationToken cancellationToken)
    {
        using BlobPayload payload = await ReadPayloadAsync(place, throughParity, cancellationToken);
        byte[] plain = new byte[payload.PlainLength];
        if (!_verifier.TryGetPlain(payload.Bytes.Span, payload.IsCompressed, plain))
        {
            throw BlobFaults.Damaged(place, "cannot be decompressed");
        }

        return BlobVerifier.HasHash(payload.Id, plain) ? plain : throw BlobFaults.Damaged(place, "has another content than its id promises");
    }

    private async Task<BlobPayload> ReadPayloadAsync(BlobPlace place, bool throughParity, CancellationToken cancellationToken)
    {
        var buffer = new SharedBuffer(_buffers, (int)place.Blob.Length);
        try
        {
            if (!throughParity)
            {
                await _store.LoadAsync(new StoreFile(StoreFileKind.Pack, place.Pack.ToString()), place.Blob.Offset, buffer.Memory, cancellationToken);
            }
            else if (_healedPacks is null || !await _healedPacks.TryReadAsync(place.Pack, place.Blob.Offset, buffer.Memory, cancellationToken))
            {
                throw BlobFaults.Damaged(place, "cannot be brought back by parity");
            }

            return TryOpen(buffer, 0, place.Blob) ?? throw BlobFaults.Damaged(place, "was altered: its authentication code is wrong");
        }
        catch (StoreException e) when (e.Error == StoreError.NotFound)
        {
            throw BlobFaults.PackMissing(place, e);
        }
        catch (StoreException e) when (e.Error == StoreError.TooShort)
        {
            throw BlobFaults.Damaged(place, "is cut off: the pack ends before it", e);
        }
        catch (StoreException e)
        {
            throw StoreErrors.Translate(e, _store);
        }
        finally
        {
            buffer.Release();
        }
    }

    private async Task<bool> TryLoadAsync(PackId pack, long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        try
        {
            await _store.LoadAsync(new StoreFile(StoreFileKind.Pack, pack.ToString()), offset, destination, cancellationToken);
            return true;
        }
        catch (StoreException e) when (e.Error is StoreError.NotFound or StoreError.TooShort)
        {
            // Each blob is then tried alone: a part of the range, or another pack, may still have it.
            return false;
        }
        catch (StoreException e)
        {
            throw StoreErrors.Translate(e, _store);
        }
    }

    // Opens in place: nobody else reads these bytes of the buffer.
    private BlobPayload? TryOpen(SharedBuffer buffer, int offset, in PackedBlob blob)
    {
        Memory<byte> sealedBytes = buffer.Memory.Slice(offset, (int)blob.Length);
        int contentOffset = MasterKey.Overhead / 2;
        int contentLength = (int)blob.Length - MasterKey.Overhead;
        return _key.TryOpen(sealedBytes.Span, sealedBytes.Span.Slice(contentOffset, contentLength))
            ? new BlobPayload(blob.Key.Id, blob.Key.Type, (int)blob.PlainLength, blob.IsCompressed, buffer.Share(offset + contentOffset, contentLength), contentLength)
            : null;
    }

    private sealed class OpenedRange : IDisposable
    {
        public Queue<BlobPayload> Payloads { get; } = [];

        public HandyBackupException? Fault { get; set; }

        public void ThrowIfFaulted()
        {
            if (Fault is not null)
            {
                throw Fault;
            }
        }

        public void Dispose()
        {
            while (Payloads.TryDequeue(out BlobPayload? payload))
            {
                payload.Dispose();
            }
        }
    }
}
