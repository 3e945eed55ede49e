using System.Buffers;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using HandyBackup.Contracts;

namespace HandyBackup.Agent.Core.Backup;

/// <summary>
/// Hands in what the repository lacks: hash, ask, compress, put. Safe for several threads; <see cref="MostOnTheWay"/> blobs at most are compressed
/// or handed in at once, the others wait.
/// </summary>
internal sealed class BlobSaver : IDisposable
{
    /// <summary>
    /// More than can be compressed at once, so that only a repository that takes its time makes anybody wait.
    /// </summary>
    public static readonly int MostOnTheWay = 4 * Environment.ProcessorCount;

    private readonly IIngest _ingest;
    private readonly int? _compressionLevel;
    private readonly MemoryPool<byte> _pool;
    private readonly RunCounters _counters;
    private readonly CancellationToken _cancellationToken;
    private readonly MissingBlobs _missingData;
    private readonly MissingBlobs _missingTrees;
    private readonly ConcurrentDictionary<(BlobId Id, BlobType Type), bool> _onTheWay = new();
    private readonly SemaphoreSlim _slots = new(MostOnTheWay);
    private readonly ConcurrentBag<BlobCompressor> _compressors = [];

    public BlobSaver(IIngest ingest, int? compressionLevel, MemoryPool<byte> pool, RunCounters counters, CancellationToken cancellationToken)
    {
        _ingest = ingest;
        _compressionLevel = compressionLevel;
        _pool = pool;
        _counters = counters;
        _cancellationToken = cancellationToken;
        _missingData = new MissingBlobs(ingest, BlobType.Data, cancellationToken);
        _missingTrees = new MissingBlobs(ingest, BlobType.Tree, cancellationToken);
    }

    /// <summary>True if the repository lost at least one of these data blobs.</summary>
    public ValueTask<bool> IsAnyMissingAsync(IReadOnlyList<BlobId> ids) => _missingData.IsAnyMissingAsync(ids);

    /// <summary>True if the repository lost at least one of these trees.</summary>
    public ValueTask<bool> IsAnyTreeMissingAsync(IReadOnlyList<BlobId> ids) => _missingTrees.IsAnyMissingAsync(ids);

    /// <summary>Makes sure that the repository has the content, and returns its id.</summary>
    public async ValueTask<BlobId> SaveAsync(ReadOnlyMemory<byte> content, BlobType type)
    {
        _cancellationToken.ThrowIfCancellationRequested();
        BlobId id = Hash(content.Span);

        // Somebody else may be sending the same content: then his success is ours, and his failure ends the run.
        if (await (type == BlobType.Tree ? _missingTrees : _missingData).IsMissingAsync(id) && _onTheWay.TryAdd((id, type), true))
        {
            await SendAsync(id, type, content);
            _onTheWay.TryRemove((id, type), out _);
        }

        return id;
    }

    /// <summary>To be called when nothing is under way any more.</summary>
    public void Dispose()
    {
        while (_compressors.TryTake(out BlobCompressor? compressor))
        {
            compressor.Dispose();
        }

        _slots.Dispose();
    }

    private static BlobId Hash(ReadOnlySpan<byte> content)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(content, hash);
        return new BlobId(new Sha256Hash(hash));
    }

    private async ValueTask SendAsync(BlobId id, BlobType type, ReadOnlyMemory<byte> content)
    {
        // Without the token, which would cost more than the waiting: when the run stops, those before us stop, too.
        await _slots.WaitAsync(CancellationToken.None);
        try
        {
            _cancellationToken.ThrowIfCancellationRequested();
            BlobPayload payload = Pack(id, type, content.Span);
            try
            {
                await _ingest.PutAsync(payload, _cancellationToken);
            }
            catch
            {
                // Nobody took it, or whoever did has failed; giving a buffer back twice is harmless.
                payload.Dispose();
                throw;
            }
        }
        finally
        {
            _slots.Release();
        }

        _counters.AddNewBytes(content.Length);
    }

    private BlobPayload Pack(BlobId id, BlobType type, ReadOnlySpan<byte> content)
    {
        if (!_compressors.TryTake(out BlobCompressor? compressor))
        {
            compressor = new BlobCompressor(_pool, _compressionLevel);
        }

        try
        {
            return compressor.Pack(id, type, content);
        }
        finally
        {
            _compressors.Add(compressor);
        }
    }
}
