namespace HandyBackup.Rpc.Agents.Runs;

/// <summary>Blobs on their way to an agent that asked for them: how many more it has room for, and whether it still wants them.</summary>
internal sealed class ServedGet : IDisposable
{
    private readonly object _lock = new();
    private readonly CancellationTokenSource _stopped;
    private TaskCompletionSource _used = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _unused;

    /// <param name="aborted">Ends the sending with the run.</param>
    public ServedGet(CancellationToken aborted)
    {
        _stopped = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        Stopped = _stopped.Token;
    }

    /// <summary>Cancelled when the agent wants no more.</summary>
    public CancellationToken Stopped { get; }

    /// <summary>Waits until a blob of so many bytes may be sent, and counts it.</summary>
    public async ValueTask WaitForRoomAsync(int bytes)
    {
        while (true)
        {
            Task used;
            lock (_lock)
            {
                if (_unused == 0 || _unused + bytes <= RunFrame.GetCredit)
                {
                    _unused += bytes;
                    return;
                }

                used = _used.Task;
            }

            await used.WaitAsync(Stopped).ConfigureAwait(false);
        }
    }

    /// <summary>Notes that the agent has used so many bytes.</summary>
    /// <exception cref="InvalidDataException">So many were not sent.</exception>
    public void NoteUsed(int bytes)
    {
        TaskCompletionSource used;
        lock (_lock)
        {
            if (bytes < 0 || bytes > _unused)
            {
                throw RunFrame.Broken($"The agent used {bytes} bytes of the {_unused} that it was sent.");
            }

            _unused -= bytes;
            used = _used;
            _used = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        used.TrySetResult();
    }

    /// <summary>Ends the sending.</summary>
    public void Stop()
    {
        try
        {
            _stopped.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It has just ended by itself.
        }
    }

    /// <summary>To be called when the sending has ended.</summary>
    public void Dispose() => _stopped.Dispose();
}
