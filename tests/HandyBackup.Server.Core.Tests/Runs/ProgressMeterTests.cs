using HandyBackup.Contracts;
using Microsoft.Extensions.Time.Testing;

namespace HandyBackup.Server.Core.Tests;

public sealed class ProgressMeterTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Rate_is_that_of_the_last_seconds_only()
    {
        var meter = new ProgressMeter(_time);
        for (int second = 0; second <= 60; second++)
        {
            // Fast for half a minute, then slow.
            meter.Observe(new RunProgress { Bytes = second <= 30 ? second * 1000 : 30_000 + ((second - 30) * 100) });
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(100, meter.BytesPerSecond, 1.0);
    }

    [Fact]
    public void Nothing_is_known_at_the_beginning()
    {
        var meter = new ProgressMeter(_time);
        var progress = new RunProgress { Bytes = 5, TotalBytes = 100 };
        meter.Observe(progress);

        Assert.Equal(0, meter.BytesPerSecond);
        Assert.Null(meter.Remaining(progress));
    }

    [Fact]
    public void Remaining_time_follows_the_slower_of_bytes_and_items()
    {
        var meter = new ProgressMeter(_time);
        meter.Observe(new RunProgress());
        _time.Advance(TimeSpan.FromSeconds(2));
        var progress = new RunProgress { Bytes = 2000, Items = 20, TotalBytes = 12_000, TotalItems = 1020 };
        meter.Observe(progress);

        Assert.Equal(1000, meter.BytesPerSecond);
        Assert.Equal(TimeSpan.FromSeconds(100), meter.Remaining(progress));
        Assert.Equal(TimeSpan.FromSeconds(10), meter.Remaining(progress with { TotalItems = null }));
        Assert.Equal(TimeSpan.Zero, meter.Remaining(progress with { TotalItems = null, TotalBytes = 1000 }));
        Assert.Null(meter.Remaining(progress with { TotalItems = null, TotalBytes = null }));
    }
}
