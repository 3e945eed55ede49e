using HandyBackup.Agent.Core.Connection;
using Microsoft.Extensions.Time.Testing;

namespace HandyBackup.Agent.Core.Tests.Connection;

public class SleepWatchTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly ReconnectSignal _signal = new();

    [Fact]
    public async Task A_machine_that_slept_is_noticed_at_the_next_tick_and_one_that_did_not_is_left_alone()
    {
        using var stop = new CancellationTokenSource();
        Task watch = new SleepWatch(_time, _signal).RunAsync(stop.Token);
        Task raised = _signal.Raised;
        for (int i = 0; i < 10; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(10));
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }

        Assert.False(raised.IsCompleted);

        // The wall clock goes on, the timers stand still: a night in the bag.
        _time.AdjustTime(_time.GetUtcNow() + TimeSpan.FromHours(9));
        _time.Advance(TimeSpan.FromSeconds(10));
        await raised.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);

        await stop.CancelAsync();
        await watch.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
    }
}
