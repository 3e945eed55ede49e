using System.Buffers;
using HandyBackup.Contracts;
using ZstdNet;

namespace HandyBackup.Agent.Core.Backup;

/// <summary>Makes payloads of plain content, compressed where that makes them smaller. Reused from blob to blob, for one thread at a time.</summary>
internal sealed class BlobCompressor : IDisposable
{
    private readonly MemoryPool<byte> _pool;
    private readonly CompressionOptions? _options;
    private readonly Compressor? _compressor;

    /// <param name="pool">Where buffers come from.</param>
    /// <param name="level">The zstd level; null to leave everything plain.</param>
    public BlobCompressor(MemoryPool<byte> pool, int? level)
    {
        _pool = pool;
        if (level is { } chosen)
        {
            _options = new CompressionOptions(chosen);
            _compressor = new Compressor(_options);
        }
    }

    /// <summary>Checks that a level is one of zstd's, or null.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.InvalidArgument"/>.</exception>
    public static void CheckLevel(int? level)
    {
        if (level < CompressionOptions.MinCompressionLevel || level > CompressionOptions.MaxCompressionLevel)
        {
            throw new HandyBackupException(ErrorCode.InvalidArgument, $"{level} is not a compression level of zstd.")
            {
                Target = nameof(BackupOrder.CompressionLevel),
                Advice = $"Use a level from 1 to {CompressionOptions.MaxCompressionLevel}.",
            };
        }
    }

    /// <summary>Copies the content, compressed or not, into a buffer of its own size.</summary>
    public BlobPayload Pack(BlobId id, BlobType type, ReadOnlySpan<byte> content)
    {
        if (_compressor is not null)
        {
            // Compressed into a buffer for the worst case, then copied: the payload, which may wait for the network, holds no more than it needs.
            using IMemoryOwner<byte> scratch = _pool.Rent(Compressor.GetCompressBound(content.Length));
            int length = _compressor.Wrap(content, scratch.Memory.Span);
            if (length < content.Length)
            {
                return Pack(id, type, content.Length, isCompressed: true, scratch.Memory.Span[..length]);
            }
        }

        return Pack(id, type, content.Length, isCompressed: false, content);
    }

    public void Dispose()
    {
        _compressor?.Dispose();
        _options?.Dispose();
    }

    private BlobPayload Pack(BlobId id, BlobType type, int plainLength, bool isCompressed, ReadOnlySpan<byte> bytes)
    {
        IMemoryOwner<byte> owner = _pool.Rent(bytes.Length);
        bytes.CopyTo(owner.Memory.Span);
        return new BlobPayload(id, type, plainLength, isCompressed, owner, bytes.Length);
    }
}
