using System.Diagnostics;
using HandyBackup.Agent.Core.Limits;
using Microsoft.Extensions.Time.Testing;

namespace HandyBackup.Agent.Core.Tests.Limits;

public class LimitedStreamTests
{
    private static readonly BandwidthSchedule s_slow = BandwidthSchedule.Parse(["1MB/s"]);

    // In real time and a little below the exact figure, since timers are coarse: what counts is that it is neither twice nor half.
    [Fact]
    public async Task What_is_sent_takes_the_time_that_its_limit_says()
    {
        var inner = new MemoryStream();
        await using var limited = new LimitedStream(inner, new TokenBucket(s_slow, TimeProvider.System), new TokenBucket(BandwidthSchedule.Parse([]), TimeProvider.System));
        byte[] data = RandomBytes(1_500_000);
        var watch = Stopwatch.StartNew();
        await limited.WriteAsync(data, TestContext.Current.CancellationToken);
        Assert.InRange(watch.Elapsed.TotalSeconds, 1.0, 2.5);
        Assert.Equal(data, inner.ToArray());
    }

    [Fact]
    public async Task What_is_received_takes_the_time_that_its_limit_says()
    {
        byte[] data = RandomBytes(1_500_000);
        await using var limited = new LimitedStream(new MemoryStream(data), new TokenBucket(BandwidthSchedule.Parse([]), TimeProvider.System), new TokenBucket(s_slow, TimeProvider.System));
        var watch = Stopwatch.StartNew();
        byte[] received = new byte[data.Length];
        await limited.ReadExactlyAsync(received, TestContext.Current.CancellationToken);
        Assert.InRange(watch.Elapsed.TotalSeconds, 1.0, 2.5);
        Assert.Equal(data, received);
    }

    [Fact]
    public async Task Without_a_limit_nothing_waits_and_nothing_is_cut_up()
    {
        var inner = new CountingStream();
        var free = new TokenBucket(BandwidthSchedule.Parse([]), new FakeTimeProvider());
        await using var limited = new LimitedStream(inner, free, free);
        await limited.WriteAsync(new byte[3_000_000], TestContext.Current.CancellationToken);
        Assert.Equal(1, inner.Writes);
    }

    [Fact]
    public async Task The_end_of_the_working_day_is_noticed_in_the_middle_of_a_transfer()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2030, 1, 1, 17, 59, 0, TimeSpan.Zero));
        var inner = new CountingStream();
        var bucket = new TokenBucket(BandwidthSchedule.Parse(["08:00-18:00 8kB/s"]), time);
        await using var limited = new LimitedStream(inner, bucket, bucket);
        Task sending = limited.WriteAsync(new byte[10_000_000], TestContext.Current.CancellationToken).AsTask();
        await Task.Delay(50, TestContext.Current.CancellationToken);
        Assert.False(sending.IsCompleted);
        time.Advance(TimeSpan.FromMinutes(1));
        await sending.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        Assert.Equal(10_000_000, inner.Length);
    }

    [Fact]
    public async Task Who_waits_can_be_stopped()
    {
        using var stop = new CancellationTokenSource();
        var bucket = new TokenBucket(BandwidthSchedule.Parse(["8kB/s"]), new FakeTimeProvider());
        await using var limited = new LimitedStream(new MemoryStream(), bucket, bucket);
        Task sending = limited.WriteAsync(new byte[100_000], stop.Token).AsTask();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Reads_of_nothing_pass()
    {
        var bucket = new TokenBucket(s_slow, TimeProvider.System);
        await using var limited = new LimitedStream(new MemoryStream([1]), bucket, bucket);
        Assert.Equal(0, await limited.ReadAsync(Memory<byte>.Empty, TestContext.Current.CancellationToken));
        Assert.Equal(1, await limited.ReadAsync(new byte[10], TestContext.Current.CancellationToken));
        Assert.Equal(0, await limited.ReadAsync(new byte[10], TestContext.Current.CancellationToken));
    }

    private static byte[] RandomBytes(int count)
    {
        byte[] data = new byte[count];
        new Random(7).NextBytes(data);
        return data;
    }

    private sealed class CountingStream : MemoryStream
    {
        public int Writes { get; private set; }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Writes++;
            return base.WriteAsync(buffer, cancellationToken);
        }
    }
}
