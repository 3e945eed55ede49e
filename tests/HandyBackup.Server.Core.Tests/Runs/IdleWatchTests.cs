using Microsoft.Extensions.Time.Testing;

namespace HandyBackup.Server.Core.Tests;

public sealed class IdleWatchTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly IdleWatch _watch;
    private int _calls;

    public IdleWatchTests() => _watch = new IdleWatch(() => _calls++, _time);

    public void Dispose() => _watch.Dispose();

    [Fact]
    public void Calls_once_when_the_last_work_has_ended_for_a_while()
    {
        _watch.WorkBegan();
        _watch.WorkBegan();
        _watch.WorkEnded();
        _time.Advance(10 * IdleWatch.Quiet);
        Assert.Equal(0, _calls);

        _watch.WorkEnded();
        _time.Advance(IdleWatch.Quiet - TimeSpan.FromMilliseconds(1));
        Assert.Equal(0, _calls);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(1, _calls);
        _time.Advance(10 * IdleWatch.Quiet);
        Assert.Equal(1, _calls);
    }

    [Fact]
    public void Work_that_begins_meanwhile_puts_it_off()
    {
        _watch.WorkBegan();
        _watch.WorkEnded();
        _time.Advance(IdleWatch.Quiet / 2);
        _watch.WorkBegan();
        _time.Advance(10 * IdleWatch.Quiet);
        Assert.Equal(0, _calls);

        _watch.WorkEnded();
        _time.Advance(IdleWatch.Quiet);
        Assert.Equal(1, _calls);
    }
}
