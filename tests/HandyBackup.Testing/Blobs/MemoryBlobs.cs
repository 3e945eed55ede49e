using System.Buffers;
using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using HandyBackup.Contracts;
using ZstdNet;

namespace HandyBackup.Testing;

/// <summary>
/// A repository's blobs in memory: takes them in, checking each id against the content, and hands them out again. Counts what is asked of it.
/// </summary>
public sealed class MemoryBlobs : IIngest, IRetrieve
{
    private readonly ConcurrentDictionary<(BlobId Id, BlobType Type), byte[]> _blobs = new();
    private long _bytesGiven;
    private int _dataPuts;
    private int _treePuts;
    private int _findCalls;
    private int _idsAsked;

    /// <summary>Called before a blob is taken in; may wait or throw.</summary>
    public Func<BlobPayload, CancellationToken, ValueTask>? BeforePut { get; set; }

    /// <summary>Called before blobs are handed out; may wait or throw.</summary>
    public Func<IReadOnlyCollection<BlobId>, CancellationToken, ValueTask>? BeforeGet { get; set; }

    /// <summary>Called while <see cref="FindMissingAsync"/> is under way, to delay its answer as a network would; null to answer at once.</summary>
    public Func<CancellationToken, ValueTask>? BeforeAnswer { get; set; }

    /// <summary>True to hand blobs out as zstd frames.</summary>
    public bool HandsOutCompressed { get; set; }

    /// <summary>Data blobs taken in, also those already there.</summary>
    public int DataPuts => _dataPuts;

    /// <summary>Tree blobs taken in, also those already there.</summary>
    public int TreePuts => _treePuts;

    /// <summary>Calls of <see cref="FindMissingAsync"/>.</summary>
    public int FindCalls => _findCalls;

    /// <summary>Ids in all calls of <see cref="FindMissingAsync"/>.</summary>
    public int IdsAsked => _idsAsked;

    /// <summary>Bytes of data blobs handed out, before compression.</summary>
    public long BytesGiven => Interlocked.Read(ref _bytesGiven);

    /// <summary>Different blobs held.</summary>
    public int Count => _blobs.Count;

    /// <summary>The ids held.</summary>
    public IEnumerable<(BlobId Id, BlobType Type)> Ids => _blobs.Keys;

    /// <summary>Takes in plain content directly.</summary>
    public BlobId Add(ReadOnlySpan<byte> content, BlobType type)
    {
        var id = new BlobId(new Sha256Hash(SHA256.HashData(content)));
        _blobs[(id, type)] = content.ToArray();
        return id;
    }

    /// <summary>The plain content of a blob that must be there.</summary>
    public byte[] Get(BlobId id, BlobType type) => _blobs[(id, type)];

    /// <summary>Loses a blob.</summary>
    public bool Remove(BlobId id, BlobType type) => _blobs.TryRemove((id, type), out _);

    /// <summary>Alters a blob's content, so that it is not what its id promises.</summary>
    public void Damage(BlobId id, BlobType type)
    {
        byte[] damaged = [.. _blobs[(id, type)]];
        damaged[damaged.Length / 2] ^= 1;
        _blobs[(id, type)] = damaged;
    }

    /// <summary>Starts counting anew.</summary>
    public void ResetCounts() => _bytesGiven = _dataPuts = _treePuts = _findCalls = _idsAsked = 0;

    /// <inheritdoc/>
    public async ValueTask FindMissingAsync(ReadOnlyMemory<BlobId> ids, BlobType type, Memory<bool> missing, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Interlocked.Increment(ref _findCalls);
        Interlocked.Add(ref _idsAsked, ids.Length);
        if (BeforeAnswer is { } wait)
        {
            await wait(cancellationToken);
        }

        for (int i = 0; i < ids.Length; i++)
        {
            missing.Span[i] = !_blobs.ContainsKey((ids.Span[i], type));
        }
    }

    /// <inheritdoc/>
    public async ValueTask PutAsync(BlobPayload blob, CancellationToken cancellationToken)
    {
        using (blob)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (BeforePut is { } wait)
            {
                await wait(blob, cancellationToken);
            }

            byte[] content = blob.IsCompressed ? Decompress(blob.Bytes.Span, blob.PlainLength) : blob.Bytes.ToArray();
            if (content.Length != blob.PlainLength || Add(content, blob.Type) != blob.Id)
            {
                throw new HandyBackupException(ErrorCode.BlobDamaged, $"The content of blob {blob.Id} is not what its id promises.") { Target = blob.Id.ToString() };
            }

            Interlocked.Increment(ref blob.Type == BlobType.Tree ? ref _treePuts : ref _dataPuts);
        }
    }

    /// <inheritdoc/>
    public ValueTask GetLengthsAsync(ReadOnlyMemory<BlobId> ids, BlobType type, Memory<long> lengths, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        for (int i = 0; i < ids.Length; i++)
        {
            lengths.Span[i] = _blobs.TryGetValue((ids.Span[i], type), out byte[]? content) ? content.Length : -1;
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<BlobPayload> GetAsync(
        IReadOnlyCollection<BlobId> ids, BlobType type, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (BeforeGet is { } wait)
        {
            await wait(ids, cancellationToken);
        }

        // By id: as good as any order that is not the one asked for, and the same in every run.
        foreach (BlobId id in ids.Distinct().OrderBy(id => id.Hash))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!_blobs.TryGetValue((id, type), out byte[]? content))
            {
                throw new HandyBackupException(ErrorCode.BlobMissing, $"Blob {id} is in no index.") { Target = id.ToString() };
            }

            byte[] bytes = HandsOutCompressed ? Compress(content) : content;
            IMemoryOwner<byte> owner = MemoryPool<byte>.Shared.Rent(Math.Max(bytes.Length, 1));
            bytes.CopyTo(owner.Memory);
            Interlocked.Add(ref _bytesGiven, type == BlobType.Data ? content.Length : 0);
            yield return new BlobPayload(id, type, content.Length, HandsOutCompressed, owner, bytes.Length);
        }
    }

    private static byte[] Compress(ReadOnlySpan<byte> content)
    {
        using var compressor = new Compressor();
        return compressor.Wrap(content);
    }

    private static byte[] Decompress(ReadOnlySpan<byte> frame, int plainLength)
    {
        using var decompressor = new Decompressor();
        return decompressor.Unwrap(frame, plainLength);
    }
}
