namespace HandyBackup.Server.Core;

/// <summary>Runs that wait for their moment in a start window. Measured by a clock that nobody sets. Not safe to share between threads, but for <paramref name="due"/>.</summary>
/// <param name="time">The clock.</param>
/// <param name="due">Is called on a thread of its own when a moment has come.</param>
internal sealed class DelayedRuns(TimeProvider time, Action due) : IDisposable
{
    private readonly PriorityQueue<ActiveRun, long> _runs = new();
    private readonly HashSet<Guid> _ids = [];
    private readonly ITimer _timer = time.CreateTimer(_ => due(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    /// <summary>Takes in a run.</summary>
    public void Add(ActiveRun run)
    {
        _runs.Enqueue(run, time.GetTimestamp() + (long)(run.Order.Delay.TotalSeconds * time.TimestampFrequency));
        _ids.Add(run.Id);
        Arm();
    }

    /// <summary>True if the run's moment has not come.</summary>
    public bool Contains(ActiveRun run) => _ids.Contains(run.Id);

    /// <summary>Takes out a run.</summary>
    /// <returns>False if it is not here.</returns>
    public bool Remove(ActiveRun run) => _ids.Remove(run.Id) && _runs.Remove(run, out _, out _);

    /// <summary>Takes out a run whose moment has come; null if there is none. Call it until it is null.</summary>
    public ActiveRun? TakeDue()
    {
        if (_runs.TryPeek(out ActiveRun? run, out long moment) && moment <= time.GetTimestamp())
        {
            _runs.Dequeue();
            _ids.Remove(run.Id);
            return run;
        }

        Arm();
        return null;
    }

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    private void Arm()
    {
        if (_runs.TryPeek(out _, out long moment))
        {
            TimeSpan left = time.GetElapsedTime(time.GetTimestamp(), moment);
            // Timers end up to a millisecond early or late; one that is early would find nothing due and not be set again.
            _timer.Change(left > TimeSpan.Zero ? left + TimeSpan.FromMilliseconds(1) : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }
    }
}
