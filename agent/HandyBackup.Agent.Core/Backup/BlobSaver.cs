using System.Buffers;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Threading.Channels;
using HandyBackup.Contracts;

namespace HandyBackup.Agent.Core.Backup;

/// <summary>
/// Hands in what the repository lacks: hash, ask, compress, put. Safe for several threads; as many blobs are compressed and on their way at once as
/// there are processors.
/// </summary>
internal sealed class BlobSaver : IDisposable
{
    private readonly IIngest _ingest;
    private readonly RunCounters _counters;
    private readonly CancellationToken _cancellationToken;
    private readonly MissingBlobs _missingData;
    private readonly MissingBlobs _missingTrees;
    private readonly ConcurrentDictionary<(BlobId Id, BlobType Type), bool> _onTheWay = new();
    private readonly Channel<BlobCompressor> _compressors;

    public BlobSaver(IIngest ingest, int? compressionLevel, MemoryPool<byte> pool, RunCounters counters, CancellationToken cancellationToken)
    {
        _ingest = ingest;
        _counters = counters;
        _cancellationToken = cancellationToken;
        _missingData = new MissingBlobs(ingest, BlobType.Data, cancellationToken);
        _missingTrees = new MissingBlobs(ingest, BlobType.Tree, cancellationToken);
        _compressors = Channel.CreateBounded<BlobCompressor>(Environment.ProcessorCount);
        for (int i = 0; i < Environment.ProcessorCount; i++)
        {
            _compressors.Writer.TryWrite(new BlobCompressor(pool, compressionLevel));
        }
    }

    /// <summary>True if the repository lost at least one of these data blobs.</summary>
    public ValueTask<bool> IsAnyMissingAsync(IReadOnlyList<BlobId> ids) => _missingData.IsAnyMissingAsync(ids);

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
        while (_compressors.Reader.TryRead(out BlobCompressor? compressor))
        {
            compressor.Dispose();
        }
    }

    private static BlobId Hash(ReadOnlySpan<byte> content)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(content, hash);
        return new BlobId(new Sha256Hash(hash));
    }

    private async ValueTask SendAsync(BlobId id, BlobType type, ReadOnlyMemory<byte> content)
    {
        BlobCompressor compressor = await _compressors.Reader.ReadAsync(_cancellationToken);
        try
        {
            BlobPayload payload = compressor.Pack(id, type, content.Span);
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
            _compressors.Writer.TryWrite(compressor);
        }

        _counters.AddNewBytes(content.Length);
    }
}
