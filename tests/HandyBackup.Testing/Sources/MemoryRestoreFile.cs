using HandyBackup.Sources;

namespace HandyBackup.Testing;

/// <summary>A file on its way into a <see cref="MemoryTarget"/>. Writing a byte twice, or outside the file, is an error of the caller.</summary>
internal sealed class MemoryRestoreFile(MemoryTarget target, SourceItem file) : IRestoreFile
{
    private readonly byte[] _content = new byte[file.Size ?? 0];
    private readonly bool[] _isWritten = new bool[file.Size ?? 0];
    private readonly Lock _lock = new();
    private bool _isCompleted;
    private bool _isDisposed;

    public ValueTask WriteAsync(long offset, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        target.Account(content.Length);
        int start = checked((int)offset);
        lock (_lock)
        {
            if (_isWritten.AsSpan(start, content.Length).Contains(true))
            {
                throw new InvalidOperationException("A byte of the file was written twice.");
            }

            _isWritten.AsSpan(start, content.Length).Fill(true);
            content.Span.CopyTo(_content.AsSpan(start));
        }

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

    public ValueTask DisposeAsync()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            target.Close();
        }

        return ValueTask.CompletedTask;
    }
}
