using System.Runtime.CompilerServices;

namespace HandyBackup.Repository;

/// <summary>
/// Tells whether a grace is over, though the clock on the wall be set meanwhile. Beside it runs a steady clock, which began with it and is never set. What begins is
/// dated by the one that is ahead, and its age is told by the one that is behind: so a grace may last longer, and is never cut short. The steady clock is that of
/// the process: it knows nothing of what was done to the clock on the wall before the start, and may stand still while the machine sleeps. Safe to share between threads.
/// </summary>
internal sealed class GraceClock
{
    // One for each clock, however often repositories are opened and closed: the longer it runs, the more it has seen.
    private static readonly ConditionalWeakTable<TimeProvider, GraceClock> s_clocks = [];

    private readonly TimeProvider _time;
    private readonly DateTimeOffset _began;
    private readonly long _beganStamp;

    private GraceClock(TimeProvider time)
    {
        _time = time;
        _began = time.GetUtcNow();
        _beganStamp = time.GetTimestamp();
    }

    /// <summary>The time that a grace begins at.</summary>
    public DateTimeOffset Now
    {
        get
        {
            (DateTimeOffset wall, DateTimeOffset steady) = Read();
            return wall > steady ? wall : steady;
        }
    }

    /// <summary>The clock beside another one.</summary>
    public static GraceClock Of(TimeProvider time) => s_clocks.GetValue(time, static time => new GraceClock(time));

    /// <summary>How long ago something was at least; negative if it lies ahead.</summary>
    public TimeSpan AgeOf(DateTimeOffset past)
    {
        (DateTimeOffset wall, DateTimeOffset steady) = Read();
        return (wall < steady ? wall : steady) - past;
    }

    /// <summary>True if so much time has passed for sure. No grace is over at once.</summary>
    public bool IsOver(DateTimeOffset since, TimeSpan grace) => grace <= TimeSpan.Zero || AgeOf(since) >= grace;

    private (DateTimeOffset Wall, DateTimeOffset Steady) Read() => (_time.GetUtcNow(), _began + _time.GetElapsedTime(_beganStamp));
}
