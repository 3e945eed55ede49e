namespace HandyBackup.Agent.Core.Backup;

/// <summary>
/// Bytes of memory that work in flight may hold. Whoever needs some waits its turn, without a thread, so that a large request is never
/// overtaken for ever by small ones. Must not be asked for more by one who holds some already. Safe for several threads.
/// </summary>
internal sealed class MemoryBudget
{
    private readonly long _capacity;
    private readonly Lock _lock = new();
    private readonly Queue<(long Amount, TaskCompletionSource Granted)> _waiting = new();
    private long _free;

    /// <param name="capacity">How many bytes there are.</param>
    public MemoryBudget(long capacity)
    {
        _capacity = capacity;
        _free = capacity;
    }

    /// <summary>Takes an amount; one beyond the capacity counts as the capacity. <see cref="Release"/> gives the same amount back.</summary>
    public ValueTask AcquireAsync(long amount, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        amount = Math.Min(amount, _capacity);
        TaskCompletionSource granted;
        lock (_lock)
        {
            if (_waiting.Count == 0 && _free >= amount)
            {
                _free -= amount;
                return ValueTask.CompletedTask;
            }

            granted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Enqueue((amount, granted));
        }

        return WaitAsync(granted, cancellationToken);
    }

    /// <summary>Gives back what was acquired.</summary>
    public void Release(long amount)
    {
        lock (_lock)
        {
            _free += Math.Min(amount, _capacity);
            while (_waiting.TryPeek(out (long Amount, TaskCompletionSource Granted) next) && _free >= next.Amount)
            {
                _waiting.Dequeue();

                // One who gave up waiting is passed over.
                if (next.Granted.TrySetResult())
                {
                    _free -= next.Amount;
                }
            }
        }
    }

    private static async ValueTask WaitAsync(TaskCompletionSource granted, CancellationToken cancellationToken)
    {
        await using CancellationTokenRegistration registration = cancellationToken.UnsafeRegister(
            static (state, token) => ((TaskCompletionSource)state!).TrySetCanceled(token), granted);
        await granted.Task;
    }
}
