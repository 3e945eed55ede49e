namespace HandyBackup.Agent.Core.Memory;

/// <summary>Gives memory and unused code back to the system when a process has come to rest after work. For agents of their own, whose orders may come in any number at once.</summary>
/// <param name="time">The clock.</param>
public sealed class IdleWatch(TimeProvider time)
{
    // Signs of life and such allocate some kilobytes in this time.
    private const long Rest = 512 * 1024;
    private const long Worth = 1024 * 1024;
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(10);

    /// <summary>Watches until the token is cancelled. Never fails.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            using var timer = new PeriodicTimer(s_interval, time);
            long released = 0;
            long last = 0;
            while (await timer.WaitForNextTickAsync(stop))
            {
                long allocated = GC.GetTotalAllocatedBytes();
                if (allocated - last < Rest && allocated - released > Worth)
                {
                    IdleMemory.Release();
                    IdleCode.Release();
                    released = allocated;
                }

                last = allocated;
            }
        }
        catch (OperationCanceledException)
        {
            // The agent ends.
        }
    }
}
