using System.Buffers;
using HandyBackup.Contracts;
using HandyBackup.Stores;

namespace HandyBackup.Repository;

/// <summary>
/// Encrypts blobs, collects them in packs and saves those. Safe to share between threads; equal blobs are stored once.
/// When saving fails, whatever is not durable is lost, and nobody can tell which run relied on it: from then on every call fails with the
/// same error. <see cref="IndexedRepository.Writer"/> then gives a new writer to runs that begin later.
/// </summary>
public sealed class BlobWriter : IAsyncDisposable
{
    // An index file now and then, so that a run that is cut off finds again what it had stored: every 2 GiB, or when a file is full.
    private const int MaxUnindexedPacks = 128;

    private readonly RepositoryIndex _index;
    private readonly IStore _store;
    private readonly MasterKey _key;
    private readonly BlobVerifier _verifier;
    private readonly bool _storesCompressed;
    private readonly bool _copies;
    private readonly Action<SavedPack>? _saved;

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _lifetime = new();
    private readonly PackLane _dataLane;
    private readonly PackLane _treeLane;
    private readonly List<Task> _packSaves = [];
    private readonly HashSet<BlobKey> _pending = [];
    private List<SavedPack> _unindexed = [];
    private int _unindexedBlobs;
    private Task _lastIndexSave = Task.CompletedTask;
    private HandyBackupException? _failure;
    private long _addedBytes;

    /// <param name="index">Knows what is stored, and learns what is added.</param>
    /// <param name="repository">Takes the packs.</param>
    /// <param name="verifier">Verifies blobs.</param>
    /// <param name="copies">True to store blobs although the index has them: they move to a new pack.</param>
    /// <param name="saved">Is told of each pack that is durable, from several threads.</param>
    internal BlobWriter(RepositoryIndex index, OpenRepository repository, BlobVerifier verifier, bool copies = false, Action<SavedPack>? saved = null)
    {
        _copies = copies;
        _saved = saved;
        _index = index;
        _store = repository.Store;
        _key = repository.MasterKey;
        _verifier = verifier;
        // Version 1 knows no compressed blobs (restic's doc/design.rst, "Pack Format").
        _storesCompressed = repository.FormatVersion >= 2;
        _dataLane = new PackLane(PackFormat.TargetSize, repository.Buffers);
        _treeLane = new PackLane(PackFormat.TreeTargetSize, repository.Buffers);
    }

    /// <summary>Bytes saved so far: packs and index files.</summary>
    public long AddedBytes => Interlocked.Read(ref _addedBytes);

    /// <summary>True once saving has failed: this writer refuses everything from then on.</summary>
    internal bool HasFailed
    {
        get
        {
            lock (_gate)
            {
                return _failure is not null;
            }
        }
    }

    /// <summary>True while a pack is being made or saved, or is saved and not in the index yet.</summary>
    internal bool HasUnindexedPacks
    {
        get
        {
            lock (_gate)
            {
                return _pending.Count > 0 || _unindexed.Count > 0 || !_lastIndexSave.IsCompleted || _packSaves.Exists(save => !save.IsCompleted);
            }
        }
    }

    /// <summary>Stores a blob, if it is not stored yet, and disposes it.</summary>
    /// <param name="blob">The blob.</param>
    /// <param name="verify">True to check the content against the id first; false only for blobs that this process hashed itself.</param>
    /// <param name="cancellationToken">Stops the waiting for room.</param>
    /// <returns>The bytes that the blob adds to the repository; 0 if it was there.</returns>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.BlobDamaged"/> if the content is not what the id promises; a store error.</exception>
    public async ValueTask<long> PutAsync(BlobPayload blob, bool verify, CancellationToken cancellationToken)
    {
        using (blob)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var key = new BlobKey(blob.Id, blob.Type);
            if (ContainsOrThrow(key))
            {
                return 0;
            }

            // A stored length of 0 means "not compressed", so an empty blob cannot be stored as a frame.
            bool mustDecompress = blob.IsCompressed && (!_storesCompressed || blob.PlainLength == 0);
            bool isPlausible = (uint)blob.PlainLength <= PackFormat.MaxBlobLength && (blob.IsCompressed || blob.Bytes.Length == blob.PlainLength);
            if (!isPlausible || (verify && !mustDecompress && !_verifier.IsIntact(blob.Id, blob.Bytes.Span, blob.IsCompressed, blob.PlainLength)))
            {
                throw BlobFaults.NotAsPromised(blob.Id, blob.Type);
            }

            return mustDecompress
                ? await PutDecompressedAsync(key, blob, verify, cancellationToken)
                : await StoreAsync(key, blob.Bytes, blob.IsCompressed ? (uint)blob.PlainLength : 0, cancellationToken);
        }
    }

    /// <summary>Makes everything that was put so far, by whomever, durable: packs first, then index files. After it a snapshot may be saved.</summary>
    /// <param name="cancellationToken">Stops the waiting; the saving goes on.</param>
    /// <exception cref="HandyBackupException">Something could not be saved since this writer was made: a snapshot that relies on it must not be saved.
    /// What was stored whole before that is in the index nevertheless, if an index file could be saved.</exception>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        Task[] packSaves;
        lock (_gate)
        {
            SaveCurrent(_dataLane);
            SaveCurrent(_treeLane);
            packSaves = [.. _packSaves];
        }

        await Task.WhenAll(packSaves).WaitAsync(cancellationToken);
        Task indexSave;
        lock (_gate)
        {
            indexSave = StartIndexSave();
        }

        await indexSave.WaitAsync(cancellationToken);
        lock (_gate)
        {
            if (_pending.Count == 0)
            {
                _pending.TrimExcess();
            }

            ThrowIfFailed();
        }
    }

    /// <summary>True if the blob is stored or is being stored.</summary>
    internal bool Contains(BlobKey key)
    {
        lock (_gate)
        {
            return IsKnown(key);
        }
    }

    /// <summary>Drops what was not flushed, and ends when nothing is being saved any more.</summary>
    public async ValueTask DisposeAsync()
    {
        Task[] saves;
        lock (_gate)
        {
            Fail(new HandyBackupException(ErrorCode.Cancelled, "The repository was closed."));
            saves = [.. _packSaves, _lastIndexSave];
        }

        await _lifetime.CancelAsync();
        await Task.WhenAll(saves);
        await _dataLane.DisposeAsync();
        await _treeLane.DisposeAsync();
        _lifetime.Dispose();
    }

    private async ValueTask<long> PutDecompressedAsync(BlobKey key, BlobPayload blob, bool verify, CancellationToken cancellationToken)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(blob.PlainLength);
        try
        {
            Memory<byte> plain = buffer.AsMemory(0, blob.PlainLength);
            if (!_verifier.TryGetPlain(blob.Bytes.Span, isCompressed: true, plain.Span) || (verify && !BlobVerifier.HasHash(blob.Id, plain.Span)))
            {
                throw BlobFaults.NotAsPromised(blob.Id, blob.Type);
            }

            return await StoreAsync(key, plain, uncompressedLength: 0, cancellationToken);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async ValueTask<long> StoreAsync(BlobKey key, ReadOnlyMemory<byte> content, uint uncompressedLength, CancellationToken cancellationToken)
    {
        int sealedLength = content.Length + MasterKey.Overhead;
        PackLane lane = key.Type == BlobType.Tree ? _treeLane : _dataLane;
        long lengthAlone = PackBuilder.GetLengthAlone(sealedLength, uncompressedLength != 0);
        PackBuilder? pack;
        Memory<byte> place;
        while (!TryReserve(lane, key, sealedLength, uncompressedLength, out pack, out place))
        {
            await OpenPackAsync(lane, lengthAlone, cancellationToken);
        }

        if (pack is null)
        {
            return 0;
        }

        Seal(pack, content.Span, place.Span);
        return sealedLength + PackFormat.GetEntryLength(uncompressedLength != 0);
    }

    // Runs outside the lock: many threads seal into one pack at once.
    private void Seal(PackBuilder pack, ReadOnlySpan<byte> content, Span<byte> place)
    {
        bool isSealed = false;
        try
        {
            _key.Seal(content, place);
            isSealed = true;
        }
        finally
        {
            pack.CompletePlace(isSealed);
        }
    }

    /// <summary>Reserves a place in the open pack.</summary>
    /// <returns>False if a pack must be opened first. True with no pack if the blob is known.</returns>
    private bool TryReserve(PackLane lane, BlobKey key, int sealedLength, uint uncompressedLength, out PackBuilder? pack, out Memory<byte> place)
    {
        (pack, place) = (null, default);
        lock (_gate)
        {
            ThrowIfFailed();
            if (IsKnown(key))
            {
                return true;
            }

            if (lane.Current is not { } open)
            {
                return false;
            }

            if (open.TryReserve(key, sealedLength, uncompressedLength, out place))
            {
                _pending.Add(key);
                pack = open;
                return true;
            }

            SaveCurrent(lane);
            return false;
        }
    }

    private async Task OpenPackAsync(PackLane lane, long length, CancellationToken cancellationToken)
    {
        using PackLane.Turn turn = await lane.TakeTurnAsync(cancellationToken);
        lock (_gate)
        {
            // Another thread opened one meanwhile; it may be too short for an unusually long blob, and is then closed by the next try.
            if (lane.Current is not null)
            {
                return;
            }
        }

        await lane.TakeRoomAsync(cancellationToken);
        lock (_gate)
        {
            if (_failure is null)
            {
                lane.Current = lane.CreatePack(length);
                return;
            }
        }

        lane.ReturnRoom(null);
    }

    private void SaveCurrent(PackLane lane)
    {
        if (lane.Current is not { } pack)
        {
            return;
        }

        lane.Current = null;
        pack.Close();
        _packSaves.RemoveAll(save => save.IsCompleted);
        _packSaves.Add(Task.Run(() => SavePackAsync(lane, pack)));
    }

    private async Task SavePackAsync(PackLane lane, PackBuilder pack)
    {
        try
        {
            await pack.Filled;
            // After a failure its blobs are forgotten: nothing may rely on them. None are in it if a flush came between its opening and its first blob, and
            // a pack without blobs is damage to a check and to restic.
            if (HasFailed || pack.Blobs.Count == 0)
            {
                return;
            }

            ReadOnlyMemory<byte> bytes = pack.Finish(_key, out PackId id);
            await _store.SaveAsync(new StoreFile(StoreFileKind.Pack, id.ToString()), [bytes], _lifetime.Token);
            Interlocked.Add(ref _addedBytes, bytes.Length);
            var saved = new SavedPack(id, pack.Blobs);
            _saved?.Invoke(saved);
            lock (_gate)
            {
                AddUnindexed(saved);
            }
        }
        // The edge of a task: whoever puts or flushes next gets the error.
        catch (Exception e)
        {
            lock (_gate)
            {
                Fail(e);
            }
        }
        finally
        {
            lane.ReturnRoom(pack);
        }
    }

    private void AddUnindexed(SavedPack pack)
    {
        _unindexed.Add(pack);
        _unindexedBlobs += pack.Blobs.Count;
        if (_failure is null && (_unindexed.Count >= MaxUnindexedPacks || _unindexedBlobs >= IndexFiles.MaxBlobs))
        {
            StartIndexSave();
        }
    }

    // One after the other: who waits for the last knows that all packs handed to earlier ones are indexed too.
    private Task StartIndexSave()
    {
        Task previous = _lastIndexSave;
        List<SavedPack> packs = _unindexed;
        _unindexed = [];
        _unindexedBlobs = 0;
        _lastIndexSave = Task.Run(() => SaveIndexAsync(previous, packs));
        return _lastIndexSave;
    }

    private async Task SaveIndexAsync(Task previous, List<SavedPack> packs)
    {
        await previous;
        int first = 0;
        try
        {
            while (first < packs.Count)
            {
                int end = first;
                for (int blobCount = 0; end < packs.Count && blobCount < IndexFiles.MaxBlobs; end++)
                {
                    blobCount += packs[end].Blobs.Count;
                }

                List<SavedPack> part = packs.GetRange(first, end - first);
                long size = await _index.SaveAsync(part, _lifetime.Token);
                Interlocked.Add(ref _addedBytes, size);
                first = end;
                lock (_gate)
                {
                    Forget(part);
                }
            }
        }
        // The edge of a task: whoever puts or flushes next gets the error, and a flush tries to save the rest again.
        catch (Exception e)
        {
            lock (_gate)
            {
                Fail(e);
                _unindexed.AddRange(packs.GetRange(first, packs.Count - first));
            }
        }
    }

    private void Forget(List<SavedPack> packs)
    {
        foreach (SavedPack pack in packs)
        {
            foreach (PackedBlob blob in pack.Blobs)
            {
                _pending.Remove(blob.Key);
            }
        }
    }

    // Packs that are open are closed and given up.
    private void Fail(Exception cause)
    {
        _failure ??= cause switch
        {
            HandyBackupException known => known,
            StoreException store => StoreErrors.Translate(store, _store),
            _ => new HandyBackupException(ErrorCode.InternalError, $"Blobs could not be saved in '{_store.Location}'.", cause),
        };
        _pending.Clear();
        SaveCurrent(_dataLane);
        SaveCurrent(_treeLane);
    }

    private bool ContainsOrThrow(BlobKey key)
    {
        lock (_gate)
        {
            ThrowIfFailed();
            return IsKnown(key);
        }
    }

    // Pending first: a blob leaves it only after it came into the index.
    private bool IsKnown(BlobKey key) => _pending.Contains(key) || (!_copies && _index.Claims.TryClaim(key));

    private void ThrowIfFailed()
    {
        if (_failure is { } failure)
        {
            throw new HandyBackupException(failure.Code, failure.Message, failure)
            {
                Target = failure.Target,
                Advice = failure.Advice,
                IsTransient = failure.IsTransient,
            };
        }
    }
}
