using HandyBackup.Stores;

namespace HandyBackup.Repository;

/// <summary>
/// Gives each file that is saved its sidecar, and takes the sidecar away with the file. A file is durable before its sidecar is, and goes after it: a sidecar
/// without a file therefore means that the file was lost, or that another program removed it. Safe to share between threads.
/// </summary>
internal sealed class ParityStore : IStore
{
    // Cleaning up after a failure must not hang on the place that failed.
    private static readonly TimeSpan s_cleanUpLimit = TimeSpan.FromSeconds(30);

    private readonly IStore _inner;
    private readonly TimeProvider _time;
    private volatile int _percent;

    public ParityStore(IStore inner, TimeProvider time)
    {
        _inner = inner;
        _time = time;
        Sidecars = new ParityFiles(inner);
    }

    /// <summary>How much parity new files get, from 0 for none to 50.</summary>
    public int Percent
    {
        get => _percent;
        set => _percent = value;
    }

    /// <summary>The sidecars.</summary>
    public ParityFiles Sidecars { get; }

    /// <inheritdoc/>
    public string Location => _inner.Location;

    /// <inheritdoc/>
    public bool ListsAtOnce => _inner.ListsAtOnce;

    /// <inheritdoc/>
    public Task CreateAsync(CancellationToken cancellationToken) => _inner.CreateAsync(cancellationToken);

    /// <inheritdoc/>
    public Task<bool> IsEmptyAsync(CancellationToken cancellationToken) => _inner.IsEmptyAsync(cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<StoreFileInfo> ListAsync(StoreFileKind kind, CancellationToken cancellationToken) => _inner.ListAsync(kind, cancellationToken);

    /// <inheritdoc/>
    public Task<long?> FindSizeAsync(StoreFile file, CancellationToken cancellationToken) => _inner.FindSizeAsync(file, cancellationToken);

    /// <inheritdoc/>
    public ValueTask LoadAsync(StoreFile file, long offset, Memory<byte> destination, CancellationToken cancellationToken) =>
        _inner.LoadAsync(file, offset, destination, cancellationToken);

    /// <summary>Saves a file and then its sidecar. If either fails, neither exists afterwards.</summary>
    public async Task SaveAsync(StoreFile file, IReadOnlyList<ReadOnlyMemory<byte>> parts, CancellationToken cancellationToken)
    {
        int percent = _percent;
        await _inner.SaveAsync(file, parts, cancellationToken);
        if (percent == 0 || !ParityName.IsCovered(file.Kind))
        {
            return;
        }

        try
        {
            await Sidecars.SaveAsync(file, Join(parts), percent, cancellationToken);
        }
        catch
        {
            await CleanUpAsync(file);
            throw;
        }
    }

    /// <inheritdoc/>
    public Task ReplaceAsync(StoreFile file, IReadOnlyList<ReadOnlyMemory<byte>> parts, CancellationToken cancellationToken) =>
        _inner.ReplaceAsync(file, parts, cancellationToken);

    /// <summary>Removes a file's sidecar and then the file. So a file that was removed on purpose never heals, least of all a key.</summary>
    public async Task RemoveAsync(StoreFile file, CancellationToken cancellationToken)
    {
        if (ParityName.IsCovered(file.Kind))
        {
            await _inner.RemoveAsync(ParityName.Of(file), cancellationToken);
        }

        await _inner.RemoveAsync(file, cancellationToken);
    }

    /// <inheritdoc/>
    public Task DeleteAsync(CancellationToken cancellationToken) => _inner.DeleteAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _inner.DisposeAsync();

    private static ReadOnlyMemory<byte> Join(IReadOnlyList<ReadOnlyMemory<byte>> parts)
    {
        if (parts.Count == 1)
        {
            return parts[0];
        }

        byte[] content = new byte[parts.Sum(part => part.Length)];
        int offset = 0;
        foreach (ReadOnlyMemory<byte> part in parts)
        {
            part.CopyTo(content.AsMemory(offset));
            offset += part.Length;
        }

        return content;
    }

    private async Task CleanUpAsync(StoreFile file)
    {
        using var limit = new CancellationTokenSource(s_cleanUpLimit, _time);
        try
        {
            await RemoveAsync(file, limit.Token);
        }
        catch (Exception exception) when (exception is StoreException or OperationCanceledException)
        {
            // The failure that led here is the one to report. A file without a sidecar is whole, and gets one by a repair.
        }
    }
}
