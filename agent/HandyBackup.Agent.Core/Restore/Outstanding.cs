namespace HandyBackup.Agent.Core.Restore;

/// <summary>Counts what is under way and tells when nothing is. Safe for several threads.</summary>
internal sealed class Outstanding
{
    private readonly Lock _lock = new();
    private long _count;
    private TaskCompletionSource? _idle;

    public void Add()
    {
        lock (_lock)
        {
            _count++;
        }
    }

    public void Done()
    {
        lock (_lock)
        {
            if (--_count == 0)
            {
                _idle?.TrySetResult();
                _idle = null;
            }
        }
    }

    /// <summary>Waits until nothing is under way.</summary>
    public Task WhenIdleAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_count == 0)
            {
                return Task.CompletedTask;
            }

            _idle ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _idle.Task.WaitAsync(cancellationToken);
        }
    }
}
