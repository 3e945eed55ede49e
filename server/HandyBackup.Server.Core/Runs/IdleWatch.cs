namespace HandyBackup.Server.Core;

/// <summary>Says when nothing has been going on for a while. Safe to share between threads.</summary>
internal sealed class IdleWatch : IDisposable
{
    /// <summary>How long nothing must have gone on. Work that follows other work at once finds all as that left it.</summary>
    public static readonly TimeSpan Quiet = TimeSpan.FromSeconds(1);

    private readonly ITimer _timer;
    private int _busy;

    /// <param name="whenIdle">Is called once for each time that the last work ended and none began meanwhile.</param>
    /// <param name="time">The clock.</param>
    public IdleWatch(Action whenIdle, TimeProvider time) =>
        _timer = time.CreateTimer(_ => CallIfIdle(whenIdle), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    /// <summary>Says that some work begins.</summary>
    public void WorkBegan() => Interlocked.Increment(ref _busy);

    /// <summary>Says that some work has ended.</summary>
    public void WorkEnded()
    {
        if (Interlocked.Decrement(ref _busy) == 0)
        {
            _timer.Change(Quiet, Timeout.InfiniteTimeSpan);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    private void CallIfIdle(Action whenIdle)
    {
        if (Volatile.Read(ref _busy) == 0)
        {
            whenIdle();
        }
    }
}
