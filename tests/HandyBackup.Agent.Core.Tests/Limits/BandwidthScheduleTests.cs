using HandyBackup.Agent.Core.Limits;

namespace HandyBackup.Agent.Core.Tests.Limits;

public class BandwidthScheduleTests
{
    [Theory]
    [InlineData("07:59", null)]
    [InlineData("08:00", 2_000_000L)]
    [InlineData("17:59", 2_000_000L)]
    [InlineData("18:00", null)]
    [InlineData("22:00", 500_000L)]
    [InlineData("00:00", 500_000L)]
    [InlineData("05:59", 500_000L)]
    [InlineData("06:00", null)]
    public void The_first_line_that_fits_the_time_of_day_holds(string time, long? limit)
    {
        var schedule = BandwidthSchedule.Parse(["08:00-18:00 2MB/s", "22:00-06:00 500kB/s"]);
        Assert.Equal(limit, schedule.LimitAt(TimeOnly.Parse(time, System.Globalization.CultureInfo.InvariantCulture)));
        Assert.False(schedule.IsUnlimited);
    }

    [Fact]
    public void A_line_without_a_time_holds_always_and_an_exception_stands_before_it()
    {
        var schedule = BandwidthSchedule.Parse(["12:00-13:00 unlimited", "1.5MB/s"]);
        Assert.Null(schedule.LimitAt(new TimeOnly(12, 30)));
        Assert.Equal(1_500_000, schedule.LimitAt(new TimeOnly(13, 0)));
        Assert.Equal(1_000_000_000, BandwidthSchedule.Parse(["00:00-00:00 1GB/s"]).LimitAt(new TimeOnly(3, 0)));
        Assert.True(BandwidthSchedule.Parse([]).IsUnlimited);
        Assert.True(BandwidthSchedule.Parse(["unlimited"]).IsUnlimited);
    }

    [Theory]
    [InlineData("")]
    [InlineData("2MB")]
    [InlineData("-2MB/s")]
    [InlineData("0MB/s")]
    [InlineData("7kB/s")]
    [InlineData("2,5MB/s")]
    [InlineData("8:00-18:00 2MB/s")]
    [InlineData("08:00-24:00 2MB/s")]
    [InlineData("08:00 2MB/s")]
    [InlineData("08:00-18:00 2MB/s Mon")]
    [InlineData("99999999999999999999999999999999GB/s")]
    public void What_means_nothing_is_named(string line) =>
        Assert.Contains($"\"{line}\"", Assert.Throws<FormatException>(() => BandwidthSchedule.Parse([line])).Message, StringComparison.Ordinal);
}
