using HandyBackup.Contracts;

namespace HandyBackup.Rpc.Streams;

/// <summary>The streams that are open on one connection, by the numbers that the reader knows them by. All methods may be called from several threads at once.</summary>
internal sealed class SentStreams
{
    private readonly object _lock = new();
    private readonly Dictionary<long, SentStream> _open = [];
    private readonly TaskCompletionSource<bool> _empty = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _last;
    private bool _isDraining;
    private bool _closed;

    /// <summary>Takes in a stream and gives it its number.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.ConnectionLost"/> if the connection has ended meanwhile.</exception>
    public void Add(SentStream stream)
    {
        lock (_lock)
        {
            if (!_closed)
            {
                stream.Number = ++_last;
                _open.Add(stream.Number, stream);
                return;
            }
        }

        _ = stream.DisposeAsync().AsTask();
        throw Ended();
    }

    /// <summary>The next items of a stream: a <see cref="StreamBatch{T}"/>. After the last, or an error, the stream is forgotten.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.ConnectionLost"/> if there is no such stream.</exception>
    public async Task<object> NextAsync(long number, CancellationToken cancellationToken)
    {
        SentStream stream = Find(number) ?? throw Ended();
        bool isLast = true;
        try
        {
            (object batch, isLast) = await stream.NextAsync(cancellationToken).ConfigureAwait(false);
            return batch;
        }
        finally
        {
            if (isLast)
            {
                await EndAsync(number).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Ends a stream. One that has ended already is no error: its end and the reader's goodbye may cross.</summary>
    public async Task EndAsync(long number)
    {
        if (Find(number) is { } stream)
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            Remove(number);
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
        SentStream[] open;
        lock (_lock)
        {
            _closed = true;
            open = [.. _open.Values];
        }

        await Task.WhenAll(open.Select(stream => stream.DisposeAsync().AsTask())).ConfigureAwait(false);
    }

    private static HandyBackupException Ended() => new(ErrorCode.ConnectionLost, "The listing has ended with its connection.")
    {
        Advice = "The other side may be shutting down. Try again when it runs.",
        IsTransient = true,
    };

    private SentStream? Find(long number)
    {
        lock (_lock)
        {
            return _open.TryGetValue(number, out SentStream? stream) ? stream : null;
        }
    }

    private void Remove(long number)
    {
        lock (_lock)
        {
            _open.Remove(number);
            NoteIfEmpty();
        }
    }

    private void NoteIfEmpty()
    {
        if (_isDraining && _open.Count == 0)
        {
            _empty.TrySetResult(true);
        }
    }
}
