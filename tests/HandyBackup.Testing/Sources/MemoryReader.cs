using HandyBackup.Sources;

namespace HandyBackup.Testing;

/// <summary>Reads a <see cref="MemoryItem"/>'s content, in the portions and with the faults that the test asks for.</summary>
internal sealed class MemoryReader(MemorySource source, MemoryItem item, Func<CancellationToken, ValueTask<SourceItemDetails>> getDetails, Action onDispose) : ISourceReader
{
    private int _position;
    private bool _isDisposed;

    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (source.BeforeRead is { } wait)
        {
            await wait(item, cancellationToken);
        }

        if (source.AnswersLate)
        {
            await Task.Yield();
        }

        int end = item.Fault == MemoryFault.FailsMidway ? item.Content.Length / 2 : item.Content.Length;
        int count = Math.Min(buffer.Length, end - _position);
        if (count > 0 && source.ReadSize is { } limit)
        {
            count = Math.Clamp(limit(count), 1, count);
        }

        if (count == 0 && item.Fault == MemoryFault.FailsMidway)
        {
            throw new SourceException(SourceError.Unreadable, "Input/output error");
        }

        item.Content.Slice(_position, count).CopyTo(buffer);
        _position += count;
        return count;
    }

    public ValueTask<SourceItemDetails> GetDetailsAsync(CancellationToken cancellationToken) => getDetails(cancellationToken);

    public ValueTask<bool> WasChangedAsync(CancellationToken cancellationToken) => new(item.Fault == MemoryFault.ChangesWhileRead);

    public ValueTask DisposeAsync()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            onDispose();
        }

        return ValueTask.CompletedTask;
    }
}
