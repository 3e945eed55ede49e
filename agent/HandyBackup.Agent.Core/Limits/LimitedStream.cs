namespace HandyBackup.Agent.Core.Limits;

/// <summary>A transport that sends and receives no faster than it may. Between reads nothing is taken from the network, so that the sender slows down too. One reader and one writer at a time.</summary>
/// <param name="inner">The transport; owned from now on.</param>
/// <param name="sending">The limit of what is sent.</param>
/// <param name="receiving">The limit of what is received.</param>
public sealed class LimitedStream(Stream inner, TokenBucket sending, TokenBucket receiving) : Stream
{
    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        // Paid for afterwards, when it is known how much it was: the next read waits for it.
        int count = await inner.ReadAsync(buffer[..receiving.Portion(buffer.Length)], cancellationToken);
        await receiving.TakeAsync(count, cancellationToken);
        return count;
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (!buffer.IsEmpty)
        {
            int portion = sending.Portion(buffer.Length);
            await sending.TakeAsync(portion, cancellationToken);
            await inner.WriteAsync(buffer[..portion], cancellationToken);
            buffer = buffer[portion..];
        }
    }

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("A transport is read asynchronously.");

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("A transport is written asynchronously.");

    /// <inheritdoc/>
    public override void Flush() => throw new NotSupportedException("A transport is written asynchronously.");

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await inner.DisposeAsync();
        await base.DisposeAsync();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }
}
