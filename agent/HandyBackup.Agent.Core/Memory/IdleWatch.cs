namespace HandyBackup.Agent.Core.Memory;

/// <summary>Gives memory and unused code back to the system when a process has come to rest after work. For agents of their own, whose orders may come in any number at once.</summary>
public sealed class IdleWatch
{
    // Signs of life and such allocate some kilobytes in this time.
    private const long Rest = 512 * 1024;
    private const long Worth = 1024 * 1024;

    // In intervals. What runs at rest is compiled or bound when it runs for the first time, and that takes code which is not needed again: by then it has all run.
    private const int Settled = 6;

    // In intervals: what seldom happens at rest takes code, too. To give it back costs some milliseconds.
    private const int Seldom = 30;

    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(10);

    private readonly TimeProvider _time;
    private readonly Func<long> _countAllocated;
    private readonly Action _releaseMemory;
    private readonly Action _releaseCode;

    /// <param name="time">The clock.</param>
    public IdleWatch(TimeProvider time)
        : this(time, () => GC.GetTotalAllocatedBytes(), IdleMemory.Release, IdleCode.Release)
    {
    }

    internal IdleWatch(TimeProvider time, Func<long> countAllocated, Action releaseMemory, Action releaseCode)
    {
        _time = time;
        _countAllocated = countAllocated;
        _releaseMemory = releaseMemory;
        _releaseCode = releaseCode;
    }

    /// <summary>Watches until the token is cancelled. Never fails.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            using var timer = new PeriodicTimer(s_interval, _time);
            long released = 0;
            long last = 0;
            int untilRelease = 0;
            while (await timer.WaitForNextTickAsync(stop))
            {
                long allocated = _countAllocated();
                bool isAtRest = allocated - last < Rest;
                last = allocated;
                if (isAtRest && allocated - released > Worth)
                {
                    _releaseMemory();
                    _releaseCode();
                    released = allocated;
                    untilRelease = Settled;
                }
                else if (isAtRest && --untilRelease == 0)
                {
                    _releaseCode();
                    untilRelease = Seldom;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The agent ends.
        }
    }
}
