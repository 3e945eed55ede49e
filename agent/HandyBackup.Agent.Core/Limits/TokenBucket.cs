namespace HandyBackup.Agent.Core.Limits;

/// <summary>Lets bytes of one direction through at a rate that may change with the time of day. Safe for several threads, who then share the rate.</summary>
/// <param name="schedule">The rate by time of day.</param>
/// <param name="time">The clock.</param>
public sealed class TokenBucket(BandwidthSchedule schedule, TimeProvider time)
{
    /// <summary>The lowest rate in bytes per second: with less, signs of life would not get through in their time.</summary>
    public const long LeastRate = 8_000;

    // What may go out at once after a silence, and how far a single transfer may run ahead: a quarter of a second's worth.
    private const double Burst = 0.25;

    // Never asleep for longer, so that a change of the schedule is seen.
    private static readonly TimeSpan s_longestWait = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private double _tokens;
    private long _last = time.GetTimestamp();

    /// <summary>How many bytes one transfer may have at most now, so that none takes the way for long.</summary>
    /// <param name="wanted">How many there are.</param>
    public int Portion(int wanted) => CurrentRate() is { } rate && wanted > 1 ? (int)Math.Clamp(rate * Burst, 1, wanted) : wanted;

    /// <summary>Waits until a number of bytes may pass.</summary>
    public async ValueTask TakeAsync(int bytes, CancellationToken cancellationToken)
    {
        while (CurrentRate() is { } rate)
        {
            TimeSpan wait;
            lock (_lock)
            {
                Refill(rate);
                if (_tokens > 0)
                {
                    // May go below nothing: who comes next waits for it.
                    _tokens -= bytes;
                    return;
                }

                // Whole milliseconds, since timers know no parts of them and would not wait at all.
                wait = TimeSpan.FromMilliseconds(Math.Ceiling((1 - _tokens) * 1000 / rate));
            }

            await Task.Delay(wait < s_longestWait ? wait : s_longestWait, time, cancellationToken);
        }
    }

    private long? CurrentRate() => schedule.LimitAt(TimeOnly.FromDateTime(time.GetLocalNow().DateTime));

    private void Refill(long rate)
    {
        long now = time.GetTimestamp();
        _tokens = Math.Min(rate * Burst, _tokens + (time.GetElapsedTime(_last, now).TotalSeconds * rate));
        _last = now;
    }
}
