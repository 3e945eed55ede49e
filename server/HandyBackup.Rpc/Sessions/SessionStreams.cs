namespace HandyBackup.Rpc.Sessions;

/// <summary>The streams that are open on one connection. StreamJsonRpc forgets them when a connection breaks; this does not.</summary>
internal sealed class SessionStreams
{
    private readonly object _lock = new();
    private readonly HashSet<IAsyncDisposable> _open = [];
    private readonly TaskCompletionSource<bool> _empty = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isDraining;
    private bool _closed;

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
            NoteIfEmpty();
        }
    }

    /// <summary>Ends as soon as the last stream has ended by itself. To be called once, when the session ends.</summary>
    public Task WhenEmptyAsync()
    {
        lock (_lock)
        {
            _isDraining = true;
            NoteIfEmpty();
        }

        return _empty.Task;
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

    private void NoteIfEmpty()
    {
        if (_isDraining && _open.Count == 0)
        {
            _empty.TrySetResult(true);
        }
    }
}
