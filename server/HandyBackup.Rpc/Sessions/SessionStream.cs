namespace HandyBackup.Rpc.Sessions;

/// <summary>
/// One stream that a service returned, on its way to a panel. It is read and ended from different threads: the panel may stop
/// reading, or the connection break, while the next item is being made, and an iterator must not be disposed at that moment.
/// </summary>
internal sealed class SessionStream<T>(Func<CancellationToken, IAsyncEnumerable<T>> open, SessionStreams streams) : IAsyncEnumerable<T>, IAsyncEnumerator<T>
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly CancellationTokenSource _ended = new();
    private CancellationTokenRegistration _registration;
    private IAsyncEnumerator<T>? _items;
    private bool _done;

    public T Current => _items is { } items ? items.Current : throw new InvalidOperationException("The stream has no current item.");

    public IAsyncEnumerator<T> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        _done = !streams.TryAdd(this);
        _registration = cancellationToken.Register(_ended.Cancel);
        return this;
    }

    public async ValueTask<bool> MoveNextAsync()
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        try
        {
            _ended.Token.ThrowIfCancellationRequested();
            if (_done)
            {
                return false;
            }

            _items ??= open(_ended.Token).GetAsyncEnumerator(_ended.Token);
            return await _items.MoveNextAsync().ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        _ended.Cancel();
        await _turn.WaitAsync().ConfigureAwait(false);
        try
        {
            if (_done)
            {
                return;
            }

            _done = true;
            _registration.Dispose();
            streams.Remove(this);
            if (_items is not null)
            {
                await _items.DisposeAsync().ConfigureAwait(false);
            }
        }
        finally
        {
            _turn.Release();
        }
    }
}
