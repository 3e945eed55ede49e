using HandyBackup.Server.Network;
using HandyBackup.Server.Tests.Fakes;
using Microsoft.Extensions.Time.Testing;

namespace HandyBackup.Server.Tests.Network;

public sealed class HandshakePaceTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(10);

    private readonly FakeTimeProvider _time = new();
    private long _waiting;

    [Fact]
    public async Task Whoever_comes_while_nothing_waits_goes_on_at_once()
    {
        HandshakePace pace = Create();

        Assert.True(await pace.WaitAsync(s_limit, TestTimeout.Token));
        Assert.True(await pace.WaitAsync(s_limit, TestTimeout.Token));
    }

    [Fact]
    public async Task While_work_waits_nobody_begins_and_then_they_do_in_order()
    {
        HandshakePace pace = Create();
        _waiting = 3;
        List<int> order = [];
        Task[] waiting = [.. Enumerable.Range(0, 3).Select(async i =>
        {
            Assert.True(await pace.WaitAsync(TimeSpan.FromDays(1), TestTimeout.Token));
            order.Add(i);
        })];

        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.All(waiting, task => Assert.False(task.IsCompleted));

        _waiting = 2;
        Task all = Task.WhenAll(waiting);
        while (!all.IsCompleted)
        {
            TestTimeout.Token.ThrowIfCancellationRequested();
            _time.Advance(TimeSpan.FromMilliseconds(1));
            await Task.Delay(1, TestTimeout.Token);
        }

        await all;
        Assert.Equal([0, 1, 2], order);
    }

    [Fact]
    public async Task Whose_turn_does_not_come_in_time_is_told_so_and_the_next_is_not_held_up()
    {
        HandshakePace pace = Create();
        _waiting = 3;
        Task<bool> waiting = pace.WaitAsync(s_limit, TestTimeout.Token);

        _time.Advance(s_limit);

        Assert.False(await waiting);
        _waiting = 0;
        Assert.True(await pace.WaitAsync(s_limit, TestTimeout.Token));
    }

    [Fact]
    public async Task Waiting_can_be_stopped()
    {
        HandshakePace pace = Create();
        _waiting = 3;
        using var stop = new CancellationTokenSource();
        Task waiting = pace.WaitAsync(s_limit, stop.Token);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    private HandshakePace Create() => new(() => Interlocked.Read(ref _waiting), most: 2, _time);
}
