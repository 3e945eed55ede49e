using HandyBackup.Contracts;

namespace HandyBackup.Server.Core;

/// <summary>Measures how fast a run goes over the last few seconds. Not safe for several threads at once.</summary>
internal sealed class ProgressMeter(TimeProvider time)
{
    private static readonly TimeSpan s_window = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(200);

    private readonly Queue<Sample> _samples = new();
    private Sample _last;

    /// <summary>Bytes per second over the window; 0 until two samples exist.</summary>
    public double BytesPerSecond => Rate(static sample => sample.Bytes);

    /// <summary>Takes in the latest counters. Calls that follow each other faster than needed cost next to nothing.</summary>
    public void Observe(RunProgress progress)
    {
        long now = time.GetTimestamp();
        if (_samples.Count > 0 && time.GetElapsedTime(_last.Timestamp, now) < s_interval)
        {
            return;
        }

        _last = new Sample(now, progress.Bytes, progress.Items);
        _samples.Enqueue(_last);
        while (_samples.Count > 2 && time.GetElapsedTime(_samples.Peek().Timestamp, now) > s_window)
        {
            _samples.Dequeue();
        }
    }

    /// <summary>
    /// How much longer it will take at this rate, or null if nothing is known. Bytes and items are both asked, and the slower counts: many
    /// small files take their time by number, few large ones by length.
    /// </summary>
    public TimeSpan? Remaining(RunProgress progress)
    {
        double? byBytes = Seconds(progress.TotalBytes - progress.Bytes, Rate(static sample => sample.Bytes));
        double? byItems = Seconds(progress.TotalItems - progress.Items, Rate(static sample => sample.Items));
        double? seconds = byBytes is { } b && byItems is { } i ? Math.Max(b, i) : byBytes ?? byItems;
        return seconds is { } known && known < TimeSpan.MaxValue.TotalSeconds / 2 ? TimeSpan.FromSeconds(known) : null;
    }

    private static double? Seconds(long? left, double rate) => left switch
    {
        null => null,
        <= 0 => 0,
        _ => rate > 0 ? left / rate : null,
    };

    private double Rate(Func<Sample, long> counter)
    {
        if (_samples.Count < 2)
        {
            return 0;
        }

        Sample first = _samples.Peek();
        double seconds = time.GetElapsedTime(first.Timestamp, _last.Timestamp).TotalSeconds;
        return seconds > 0 ? Math.Max(0, counter(_last) - counter(first)) / seconds : 0;
    }

    private readonly record struct Sample(long Timestamp, long Bytes, long Items);
}
