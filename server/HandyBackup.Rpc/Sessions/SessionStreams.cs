namespace HandyBackup.Rpc.Sessions;

/// <summary>The streams that are open on one connection. StreamJsonRpc forgets them when a connection breaks; this does not.</summary>
internal sealed class SessionStreams
{
    private readonly object _lock = new();
    private readonly HashSet<IAsyncDisposable> _open = [];
    private bool _closed;

    /// <summary>How many streams are open.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _open.Count;
            }
        }
    }

    /// <summary>Takes in a stream; false if the connection has ended meanwhile.</summary>
    public bool TryAdd(IAsyncDisposable stream)
    {
        lock (_lock)
        {
            return !_closed && _open.Add(stream);
        }
    }

    public void Remove(IAsyncDisposable stream)
    {
        lock (_lock)
        {
            _open.Remove(stream);
        }
    }

    /// <summary>Ends all streams; from now on none is taken in.</summary>
    public async Task CloseAsync()
    {
        IAsyncDisposable[] open;
        lock (_lock)
        {
            _closed = true;
            open = [.. _open];
        }

        await Task.WhenAll(open.Select(stream => stream.DisposeAsync().AsTask())).ConfigureAwait(false);
    }
}
