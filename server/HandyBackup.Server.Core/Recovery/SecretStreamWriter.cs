namespace HandyBackup.Server.Core;

/// <summary>Seals what is written to it, chunk by chunk. Without <see cref="CompleteAsync"/> what was written never opens as a whole.</summary>
/// <param name="stream">Seals.</param>
/// <param name="context">What the first chunk is bound to.</param>
/// <param name="output">Receives the sealed chunks. Stays open.</param>
internal sealed class SecretStreamWriter(SecretStream stream, byte[] context, Stream output) : Stream
{
    private readonly byte[] _plain = new byte[SecretStream.ChunkSize];
    private readonly byte[] _sealed = new byte[SecretStream.ChunkSize + SecretStream.Overhead];
    private byte[] _context = context;
    private int _used;

    /// <inheritdoc/>
    public override bool CanRead => false;

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

    /// <summary>Writes the last chunk. Nothing can be written afterwards.</summary>
    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        await SealAsync(isLast: true, cancellationToken);
        await output.FlushAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (!buffer.IsEmpty)
        {
            // A full chunk waits until more follows: it may be the last.
            if (_used == _plain.Length)
            {
                await SealAsync(isLast: false, cancellationToken);
            }

            int count = Math.Min(buffer.Length, _plain.Length - _used);
            buffer[..count].CopyTo(_plain.AsMemory(_used));
            _used += count;
            buffer = buffer[count..];
        }
    }

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <summary>Does nothing: only whole chunks are sealed.</summary>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    private async Task SealAsync(bool isLast, CancellationToken cancellationToken)
    {
        Memory<byte> result = _sealed.AsMemory(0, _used + SecretStream.Overhead);
        stream.Seal(_plain.AsSpan(0, _used), _context, isLast, result.Span);
        _context = [];
        _used = 0;
        await output.WriteAsync(result, cancellationToken);
    }
}
