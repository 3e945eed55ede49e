using System.Collections.Concurrent;
using ZstdNet;

namespace HandyBackup.Repository;

/// <summary>Decompresses zstd frames (RFC 8878) with a pool of native contexts, which are dear to make. Safe to share between threads.</summary>
internal sealed class ZstdDecompressors : IDisposable
{
    private readonly ConcurrentBag<Decompressor> _idle = [];
    private volatile bool _isDisposed;

    /// <summary>Decompresses one frame.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="destination">As long as the content must be.</param>
    /// <returns>False if the frame is damaged or its content has another length.</returns>
    public bool TryDecompress(ReadOnlySpan<byte> frame, Span<byte> destination)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        Decompressor decompressor = _idle.TryTake(out Decompressor? idle) ? idle : new Decompressor();
        try
        {
            return decompressor.Unwrap(frame, destination, bufferSizePrecheck: false) == destination.Length;
        }
        catch (ZstdException)
        {
            return false;
        }
        finally
        {
            Return(decompressor);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _isDisposed = true;
        while (_idle.TryTake(out Decompressor? decompressor))
        {
            decompressor.Dispose();
        }
    }

    private void Return(Decompressor decompressor)
    {
        if (_isDisposed)
        {
            decompressor.Dispose();
            return;
        }

        _idle.Add(decompressor);
    }
}
