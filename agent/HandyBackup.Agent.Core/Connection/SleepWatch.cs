namespace HandyBackup.Agent.Core.Connection;

/// <summary>Notices that the machine slept: a timer that should fire every few seconds finds the clock far ahead.</summary>
/// <param name="time">The clock.</param>
/// <param name="signal">Raised after a sleep.</param>
public sealed class SleepWatch(TimeProvider time, ReconnectSignal signal)
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(10);

    // A busy machine fires late too; a false alarm costs one sign of life asked for.
    private static readonly TimeSpan s_jump = TimeSpan.FromSeconds(30);

    /// <summary>Watches until the token is cancelled. Never fails.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            using var timer = new PeriodicTimer(s_interval, time);
            DateTimeOffset last = time.GetUtcNow();
            while (await timer.WaitForNextTickAsync(stop))
            {
                // The wall clock, since the clock that timers go by stands still on Linux while the machine sleeps.
                DateTimeOffset now = time.GetUtcNow();
                if (now - last > s_jump)
                {
                    signal.Raise();
                }

                last = now;
            }
        }
        catch (OperationCanceledException)
        {
            // The agent ends.
        }
    }
}
