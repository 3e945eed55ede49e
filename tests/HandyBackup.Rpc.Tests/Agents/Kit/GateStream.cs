namespace HandyBackup.Rpc.Tests.Agents.Kit;

/// <summary>A transport whose way out a test closes: bytes get lost, or are taken no more, or everything ends after a number of bytes.</summary>
internal sealed class GateStream(Stream inner, long bytesUntilCut = long.MaxValue) : Stream
{
    private readonly TaskCompletionSource _never = new();
    private volatile bool _isSwallowing;
    private volatile bool _isBlocking;
    private long _bytesLeft = bytesUntilCut;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>From now on what is written is lost, as on a line that somebody has pulled out.</summary>
    public void SwallowWrites() => _isSwallowing = true;

    /// <summary>From now on nothing that is written is taken.</summary>
    public void BlockWrites() => _isBlocking = true;

    /// <summary>Lets no more than so many bytes pass from now on, either way together; then the connection is cut.</summary>
    public void CutAfter(long bytes) => Interlocked.Exchange(ref _bytesLeft, bytes);

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int count = await inner.ReadAsync(buffer, cancellationToken);
        return count - await PassAsync(count);
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_isBlocking)
        {
            await _never.Task.WaitAsync(cancellationToken);
        }

        if (!_isSwallowing)
        {
            long left = Interlocked.Add(ref _bytesLeft, -buffer.Length);
            await inner.WriteAsync(left < 0 ? buffer[..(int)Math.Max(0, buffer.Length + left)] : buffer, cancellationToken);
            if (left < 0)
            {
                await inner.FlushAsync(cancellationToken);
                await inner.DisposeAsync();
                throw new IOException("The connection was cut.");
            }
        }
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() => inner.Flush();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private async ValueTask<int> PassAsync(int count)
    {
        long left = Interlocked.Add(ref _bytesLeft, -count);
        if (left >= 0)
        {
            return 0;
        }

        await inner.DisposeAsync();
        return (int)Math.Min(count, -left);
    }
}
