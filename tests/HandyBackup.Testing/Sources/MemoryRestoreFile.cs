using System.Security.Cryptography;
using HandyBackup.Sources;

namespace HandyBackup.Testing;

/// <summary>A file on its way into a <see cref="MemoryTarget"/>. Writing a byte twice, or outside the file, is an error of the caller.</summary>
internal sealed class MemoryRestoreFile(MemoryTarget target, SourceItem file, ReadOnlyMemory<byte>? earlier) : IRestoreFile
{
    private readonly byte[] _content = new byte[file.Size ?? 0];
    private readonly bool[] _isWritten = new bool[file.Size ?? 0];
    private readonly Lock _lock = new();
    private bool _isCompleted;
    private bool _isDisposed;

    public bool HasEarlierContent => earlier is not null;

    public ValueTask<bool> TryKeepAsync(long offset, int length, ReadOnlyMemory<byte> sha256, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (earlier is not { } content || offset + length > content.Length)
        {
            return new ValueTask<bool>(false);
        }

        ReadOnlySpan<byte> part = content.Span.Slice((int)offset, length);
        bool isRight = SHA256.HashData(part).AsSpan().SequenceEqual(sha256.Span);
        if (isRight)
        {
            Put((int)offset, part);
        }

        return new ValueTask<bool>(isRight);
    }

    public ValueTask WriteAsync(long offset, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        target.Account(content.Length);
        Put(checked((int)offset), content.Span);
        return ValueTask.CompletedTask;
    }

    public ValueTask<IReadOnlyList<string>> CompleteAsync(SourceItemDetails details, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_isCompleted || _isWritten.AsSpan().Contains(false))
        {
            throw new InvalidOperationException("The file was completed twice or before all of it was written.");
        }

        _isCompleted = true;
        return new ValueTask<IReadOnlyList<string>>(target.Complete(file, _content, details));
    }

    public void Suspend()
    {
    }

    public ValueTask DisposeAsync()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            target.Close();
        }

        return ValueTask.CompletedTask;
    }

    private void Put(int start, ReadOnlySpan<byte> content)
    {
        lock (_lock)
        {
            if (_isWritten.AsSpan(start, content.Length).Contains(true))
            {
                throw new InvalidOperationException("A byte of the file was written twice.");
            }

            _isWritten.AsSpan(start, content.Length).Fill(true);
            content.CopyTo(_content.AsSpan(start));
        }
    }
}
