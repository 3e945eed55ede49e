using HandyBackup.Catalog;
using HandyBackup.Contracts;
using Microsoft.Extensions.Time.Testing;

namespace HandyBackup.Server.Core.Tests;

public sealed class ActiveRunTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 22, 0, 0, 0, TimeSpan.Zero));
    private readonly ActiveRun _run;

    public ActiveRunTests()
    {
        var run = new Run { Id = Guid.NewGuid(), Kind = RunKind.Backup, State = RunState.Queued, Repository = "main", Created = _time.GetUtcNow() };
        var repository = new RepositoryRecord { Id = "id", Name = "main", Path = "/x", FormatVersion = 2, Added = _time.GetUtcNow(), SealedPassword = [] };
        var order = new RunOrder { Kind = RunKind.Backup, Repository = repository, Work = (_, _) => throw new NotSupportedException() };
        _run = new ActiveRun(order, run, new RunLogWriter(new ForgetfulLog(), run.Id, _time), _time);
        _run.Publish(_run.Begun());
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Watcher_gets_four_updates_a_second_however_many_there_are()
    {
        await using IAsyncEnumerator<Run> watch = _run.WatchAsync(Token).GetAsyncEnumerator(Token);
        Assert.True(await watch.MoveNextAsync());
        int updates = 0;
        ValueTask<bool> next = watch.MoveNextAsync();
        for (int millisecond = 1; millisecond <= 1000; millisecond++)
        {
            _run.Progress(new RunProgress { Items = millisecond });
            _time.Advance(TimeSpan.FromMilliseconds(1));
            if (millisecond % 250 == 0)
            {
                Assert.True(await next.AsTask().WaitAsync(TimeSpan.FromSeconds(10), Token));
                Assert.InRange(watch.Current.Progress.Items, millisecond - 249, millisecond);
                updates++;
                next = watch.MoveNextAsync();
            }
            else
            {
                Assert.False(next.IsCompleted);
            }
        }

        Assert.Equal(4, updates);
        _run.Publish(_run.Finished(RunState.Completed, new RunResult(new RunProgress { Items = 2000 }), null));
        Assert.True(await next.AsTask().WaitAsync(TimeSpan.FromSeconds(10), Token));
        Assert.Equal((RunState.Completed, 2000), (watch.Current.State, watch.Current.Progress.Items));
        Assert.False(await watch.MoveNextAsync());
    }

    [Fact]
    public async Task Watcher_that_leaves_is_let_go()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        await using IAsyncEnumerator<Run> watch = _run.WatchAsync(stop.Token).GetAsyncEnumerator(Token);
        await watch.MoveNextAsync();
        ValueTask<bool> next = watch.MoveNextAsync();
        await stop.CancelAsync();
        _time.Advance(TimeSpan.FromSeconds(1));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await next);
    }

    [Fact]
    public void Counters_never_shrink_when_reports_overtake_each_other()
    {
        _run.Progress(new RunProgress { Items = 10, Bytes = 100 });
        _run.Progress(new RunProgress { Items = 9, Bytes = 90 });

        Assert.Equal((10, 100), (_run.Current.Progress.Items, _run.Current.Progress.Bytes));
    }

    [Fact]
    public async Task Final_state_counts_warnings_bytes_and_time()
    {
        await _run.IssueAsync(new ItemIssue { Code = ErrorCode.ItemVanished, Path = "a", Reason = "gone" }, Token);
        _run.CountAdded(30);
        _run.CountAdded(12);
        _time.Advance(TimeSpan.FromSeconds(4));

        Run ended = _run.Finished(RunState.Completed, new RunResult(new RunProgress { Bytes = 400, CurrentItem = "a" }, "snapshot", 3), null);

        Assert.Equal(RunState.CompletedWithWarnings, ended.State);
        Assert.Equal((1, 42, 3, "snapshot"), (ended.Warnings, ended.Progress.AddedBytes, ended.Skipped, ended.SnapshotId));
        Assert.Equal(100, ended.BytesPerSecond);
        Assert.Null(ended.Progress.CurrentItem);
    }
}
