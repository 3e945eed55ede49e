using HandyBackup.Agent.Core.Memory;
using Microsoft.Extensions.Time.Testing;

namespace HandyBackup.Agent.Core.Tests.Memory;

public sealed class IdleWatchTests
{
    private const long Megabyte = 1024 * 1024;
    private const long LittleWork = 1000;

    private readonly FakeTimeProvider _time = new();
    private readonly List<(int Memory, int Code)> _released = [];
    private long _allocated;
    private int _asked;
    private int _memory;
    private int _code;

    [Fact]
    public async Task Memory_is_given_back_once_when_work_has_ended_and_code_again_when_the_rest_has_settled()
    {
        await WatchAsync([Megabyte, 100 * Megabyte, .. Enumerable.Repeat(LittleWork, 38)]);

        // After so many intervals: work, work, the first of rest, the sixth after that one, the thirtieth after that.
        Assert.Equal([(0, 0), (0, 0), (1, 1), (1, 1), (1, 2), (1, 2), (1, 3), (1, 3)], new[] { 1, 2, 3, 8, 9, 38, 39, 40 }.Select(interval => _released[interval]));
    }

    [Fact]
    public async Task Nothing_is_given_back_during_work()
    {
        await WatchAsync([2 * Megabyte, LittleWork, .. Enumerable.Repeat(Megabyte, 50)]);

        Assert.Equal((1, 1), _released[^1]);
    }

    // Lets ten seconds pass for each of the numbers, in which so many bytes are allocated, and ten more: what was given back before is seen when the watch asks the next time.
    private async Task WatchAsync(long[] bytes)
    {
        using var stop = new CancellationTokenSource();
        Task watching = new IdleWatch(_time, CountAllocated, () => _memory++, () => _code++).RunAsync(stop.Token);
        foreach (long count in bytes.Append(0))
        {
            int asked = Volatile.Read(ref _asked);
            Interlocked.Add(ref _allocated, count);
            _time.Advance(TimeSpan.FromSeconds(10));
            while (Volatile.Read(ref _asked) == asked)
            {
                await Task.Delay(1, TestContext.Current.CancellationToken);
            }
        }

        await stop.CancelAsync();
        await watching;
    }

    private long CountAllocated()
    {
        _released.Add((_memory, _code));
        Interlocked.Increment(ref _asked);
        return Interlocked.Read(ref _allocated);
    }
}
