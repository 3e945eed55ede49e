namespace HandyBackup.Server.Core;

/// <summary>Opens what <see cref="SecretStreamWriter"/> has sealed. It ends only after the chunk that was written as the last; everything else is an error, and no byte comes out that was not sealed at its place.</summary>
/// <param name="stream">Opens.</param>
/// <param name="context">What the first chunk is bound to.</param>
/// <param name="input">The sealed chunks to the end of the file. Stays open.</param>
/// <param name="file">The file, for the errors.</param>
internal sealed class SecretStreamReader(SecretStream stream, byte[] context, Stream input, string file) : Stream
{
    private readonly byte[] _sealed = new byte[SecretStream.ChunkSize + SecretStream.Overhead];
    private readonly byte[] _plain = new byte[SecretStream.ChunkSize];
    private byte[] _context = context;
    private int _position;
    private int _length;
    private bool _isComplete;

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    /// <exception cref="Contracts.HandyBackupException"><see cref="Contracts.ErrorCode.ServerBackupDamaged"/>.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_position == _length && !_isComplete)
        {
            await OpenNextAsync(cancellationToken);
        }

        int count = Math.Min(buffer.Length, _length - _position);
        _plain.AsMemory(_position, count).CopyTo(buffer);
        _position += count;
        return count;
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Flush() => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    private async Task OpenNextAsync(CancellationToken cancellationToken)
    {
        int length = await input.ReadAtLeastAsync(_sealed, _sealed.Length, throwOnEndOfStream: false, cancellationToken);
        if (length < SecretStream.Overhead)
        {
            throw ServerBackupErrors.Damaged(file, "it ends too early");
        }

        bool isLast = stream.Open(_sealed.AsSpan(0, length), _context, _plain)
            ?? throw ServerBackupErrors.Damaged(file, length < _sealed.Length ? "it ends too early, or was altered" : "it was altered");
        if (isLast && await input.ReadAtLeastAsync(_sealed, 1, throwOnEndOfStream: false, cancellationToken) > 0)
        {
            throw ServerBackupErrors.Damaged(file, "something follows its end");
        }

        _context = [];
        _position = 0;
        _length = length - SecretStream.Overhead;
        _isComplete = isLast;
    }
}
