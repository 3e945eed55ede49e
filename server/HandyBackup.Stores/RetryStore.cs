using System.Buffers;
using System.Runtime.CompilerServices;

namespace HandyBackup.Stores;

/// <summary>Tries operations again that failed with <see cref="StoreError.Unavailable"/>. All other errors pass at once.</summary>
public sealed class RetryStore : IStore
{
    private const int CompareBlock = 64 * 1024;

    private readonly IStore _inner;
    private readonly RetryPolicy _policy;
    private readonly TimeProvider _time;

    /// <summary>Wraps a store.</summary>
    /// <param name="inner">The store; it is disposed with this one.</param>
    /// <param name="policy">How long to keep trying.</param>
    /// <param name="time">Measures the pauses.</param>
    public RetryStore(IStore inner, RetryPolicy policy, TimeProvider time)
    {
        _inner = inner;
        _policy = policy;
        _time = time;
    }

    /// <inheritdoc/>
    public string Location => _inner.Location;

    /// <inheritdoc/>
    public bool ListsAtOnce => _inner.ListsAtOnce;

    /// <inheritdoc/>
    public Task CreateAsync(CancellationToken cancellationToken) => RetryAsync(_inner.CreateAsync, cancellationToken);

    /// <inheritdoc/>
    public Task<bool> IsEmptyAsync(CancellationToken cancellationToken) => RetryAsync(_inner.IsEmptyAsync, cancellationToken);

    /// <summary>Lists all files of one kind. Only the beginning is tried again: once files were handed out, a new listing would hand them out twice.</summary>
    public async IAsyncEnumerable<StoreFileInfo> ListAsync(StoreFileKind kind, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        IAsyncEnumerator<StoreFileInfo>? files = await RetryAsync(stop => StartAsync(kind, stop), cancellationToken);
        if (files is null)
        {
            yield break;
        }

        await using (files)
        {
            do
            {
                yield return files.Current;
            }
            while (await files.MoveNextAsync());
        }
    }

    /// <inheritdoc/>
    public Task<long?> FindSizeAsync(StoreFile file, CancellationToken cancellationToken) => RetryAsync(stop => _inner.FindSizeAsync(file, stop), cancellationToken);

    /// <inheritdoc/>
    public ValueTask LoadAsync(StoreFile file, long offset, Memory<byte> destination, CancellationToken cancellationToken) =>
        new(RetryAsync(stop => _inner.LoadAsync(file, offset, destination, stop).AsTask(), cancellationToken));

    /// <inheritdoc/>
    public async Task SaveAsync(StoreFile file, IReadOnlyList<ReadOnlyMemory<byte>> parts, CancellationToken cancellationToken)
    {
        bool isRepeated = false;
        await RetryAsync(SaveOnceAsync, cancellationToken);

        async Task SaveOnceAsync(CancellationToken stop)
        {
            try
            {
                await _inner.SaveAsync(file, parts, stop);
            }
            catch (StoreException exception) when (exception.Error == StoreError.Unavailable)
            {
                isRepeated = true;
                throw;
            }
            catch (StoreException exception) when (exception.Error == StoreError.AlreadyExists && isRepeated)
            {
                // An attempt that seemed to fail had succeeded, and only its answer was lost: then the file is ours.
                if (!await HoldsAsync(file, parts, stop))
                {
                    throw;
                }
            }
        }
    }

    /// <inheritdoc/>
    public Task ReplaceAsync(StoreFile file, IReadOnlyList<ReadOnlyMemory<byte>> parts, CancellationToken cancellationToken) =>
        RetryAsync(stop => _inner.ReplaceAsync(file, parts, stop), cancellationToken);

    /// <inheritdoc/>
    public Task RemoveAsync(StoreFile file, CancellationToken cancellationToken) => RetryAsync(stop => _inner.RemoveAsync(file, stop), cancellationToken);

    /// <inheritdoc/>
    public Task DeleteAsync(CancellationToken cancellationToken) => RetryAsync(_inner.DeleteAsync, cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _inner.DisposeAsync();

    private async Task<IAsyncEnumerator<StoreFileInfo>?> StartAsync(StoreFileKind kind, CancellationToken cancellationToken)
    {
        IAsyncEnumerator<StoreFileInfo> files = _inner.ListAsync(kind, cancellationToken).GetAsyncEnumerator(cancellationToken);
        bool isStarted = false;
        try
        {
            isStarted = await files.MoveNextAsync();
            return isStarted ? files : null;
        }
        finally
        {
            if (!isStarted)
            {
                await files.DisposeAsync();
            }
        }
    }

    private async Task<bool> HoldsAsync(StoreFile file, IReadOnlyList<ReadOnlyMemory<byte>> parts, CancellationToken cancellationToken)
    {
        if (await FindSizeAsync(file, cancellationToken) != parts.Sum(part => (long)part.Length))
        {
            return false;
        }

        byte[] block = ArrayPool<byte>.Shared.Rent(CompareBlock);
        try
        {
            long offset = 0;
            foreach (ReadOnlyMemory<byte> part in parts)
            {
                for (int start = 0; start < part.Length; start += CompareBlock)
                {
                    ReadOnlyMemory<byte> expected = part.Slice(start, Math.Min(CompareBlock, part.Length - start));
                    await LoadAsync(file, offset, block.AsMemory(0, expected.Length), cancellationToken);
                    if (!expected.Span.SequenceEqual(block.AsSpan(0, expected.Length)))
                    {
                        return false;
                    }

                    offset += expected.Length;
                }
            }

            return true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(block);
        }
    }

    private async Task RetryAsync(Func<CancellationToken, Task> operation, CancellationToken cancellationToken) =>
        await RetryAsync(async stop => { await operation(stop); return true; }, cancellationToken);

    private async Task<T> RetryAsync<T>(Func<CancellationToken, Task<T>> operation, CancellationToken cancellationToken)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return await operation(cancellationToken);
            }
            catch (StoreException exception) when (exception.Error == StoreError.Unavailable && attempt < _policy.Attempts)
            {
                await Task.Delay(_policy.PauseAfter(attempt), _time, cancellationToken);
            }
        }
    }
}
