namespace HandyBackup.Server.Core;

/// <summary>
/// The audited calls that have begun and whose end is not written yet. A server that closes its catalog in between would fail a call that it carried out: the one that stops
/// the server, above all. Safe to share between threads.
/// </summary>
internal sealed class CallsUnderWay
{
    private readonly Lock _lock = new();
    private int _count;
    private TaskCompletionSource? _none;

    /// <summary>Notes that one begins; to be disposed of when its end is written.</summary>
    public IDisposable Enter()
    {
        lock (_lock)
        {
            _count++;
        }

        return new Call(this);
    }

    /// <summary>Waits until there is none, or a limit has passed.</summary>
    public async Task WaitAsync(TimeSpan limit, TimeProvider time)
    {
        Task none;
        lock (_lock)
        {
            if (_count == 0)
            {
                return;
            }

            none = (_none ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }

        await Task.WhenAny(none, Task.Delay(limit, time));
    }

    private void Leave()
    {
        lock (_lock)
        {
            if (--_count == 0)
            {
                _none?.TrySetResult();
                _none = null;
            }
        }
    }

    private sealed class Call(CallsUnderWay calls) : IDisposable
    {
        public void Dispose() => calls.Leave();
    }
}
