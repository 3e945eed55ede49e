using System.Diagnostics;
using HandyBackup.Catalog;
using HandyBackup.Contracts;

namespace HandyBackup.Server.Core.Tests;

/// <summary>The engine with the runs of groups: many at once, kept back, and bounded.</summary>
public sealed class GroupRunTests : FleetHarness
{
    private readonly TaskRecord _task = QueuedRun.Task("group");
    private IdleWatch _idle = null!;
    private RunEngine _engine = null!;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        _idle = new IdleWatch(static () => { }, Time);
        _engine = new RunEngine(Catalog, new RunLimits(4, 4, 1), TimeSpan.FromSeconds(5), _idle, TimeProvider.System, Log);
    }

    [Fact]
    public async Task Kept_back_run_says_until_when_and_begins_then()
    {
        await using RunEngine engine = FakeTimeEngine();
        DateTimeOffset now = Time.GetUtcNow();

        IReadOnlyList<Run> runs = await engine.StartAsync([Order("a", delay: 60), Order("b", delay: 120), Order("c")], NobodyIsBusy, Token);

        Assert.Equal([now.AddSeconds(60), now.AddSeconds(120), null], runs.Select(run => run.NotBefore));
        Assert.Equal((RunWait.StartWindow, RunWait.StartWindow), (runs[0].WaitsFor, runs[1].WaitsFor));
        Assert.Equal(RunState.Completed, (await EndedAsync(runs[2], engine)).State);
        Time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal((2, RunState.Queued), (engine.ActiveRuns, engine.Find(runs[0].Id)!.Current.State));
        Task<Run> first = engine.Find(runs[0].Id)!.Ended;
        Time.Advance(TimeSpan.FromSeconds(2));
        Run ended = await first.WaitAsync(Token);
        Assert.Equal((RunState.Completed, null, null), (ended.State, ended.NotBefore, ended.WaitsFor));
        Assert.Equal(RunState.Queued, engine.Find(runs[1].Id)!.Current.State);
        Task<Run> second = engine.Find(runs[1].Id)!.Ended;
        Time.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(RunState.Completed, (await second.WaitAsync(Token)).State);
    }

    [Fact]
    public async Task Kept_back_run_can_be_stopped_and_the_one_after_it_still_begins()
    {
        await using RunEngine engine = FakeTimeEngine();
        IReadOnlyList<Run> runs = await engine.StartAsync([Order("a", delay: 60), Order("b", delay: 120)], NobodyIsBusy, Token);
        Task<Run> second = engine.Find(runs[1].Id)!.Ended;

        Run stopped = await engine.StopAsync(runs[0].Id, Token);

        Assert.Equal((RunState.Cancelled, null, null), (stopped.State, stopped.Started, stopped.NotBefore));
        Time.Advance(TimeSpan.FromSeconds(61));
        Time.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal(RunState.Completed, (await second.WaitAsync(Token)).State);
    }

    [Fact]
    public async Task Run_that_is_kept_back_when_the_server_ends_is_interrupted()
    {
        RunEngine engine = FakeTimeEngine();
        Run run = (await engine.StartAsync([Order("a", delay: 60)], NobodyIsBusy, Token))[0];

        await engine.DisposeAsync();

        Assert.Equal((RunState.Interrupted, ErrorCode.RunInterrupted), ((await Catalog.Runs.FindAsync(run.Id, Token))!.State, (await Catalog.Runs.FindAsync(run.Id, Token))!.Error!.Code));
    }

    [Fact]
    public async Task Task_is_busy_for_each_agent_by_itself()
    {
        var go = new TaskCompletionSource();
        Run first = await _engine.StartAsync(Order("pc1") with { Work = async (_, token) => { await go.Task.WaitAsync(token); return new RunResult(new RunProgress()); } }, Token);
        var busy = new List<string>();

        IReadOnlyList<Run> others = await _engine.StartAsync([Order("PC1"), Order("pc2")], (order, exception) => busy.Add($"{order.Agent} {exception.Code}"), Token);

        Assert.Equal(["PC1 TaskBusy"], busy);
        Assert.Equal(["pc2"], others.Select(run => run.Agent));
        await FailsAsync(ErrorCode.TaskBusy, () => _engine.StartAsync(Order("pc1"), Token));
        go.SetResult();
        await EndedAsync(first);
        await _engine.StartAsync(Order("pc1"), Token);
    }

    [Fact]
    public async Task Runs_of_a_group_begin_all_or_none()
    {
        using IDisposable reserved = _engine.Reserve(QueuedRun.Repository("reserved"));

        await FailsAsync(
            ErrorCode.RepositoryInUse,
            () => _engine.StartAsync([Order("a"), Order("b") with { Repository = QueuedRun.Repository("reserved") }], NobodyIsBusy, Token));

        Assert.Equal(0, _engine.ActiveRuns);
        Assert.Empty(await Catalog.Runs.ListAsync(new RunFilter(), Token).ToListAsync(Token));
        Assert.Single(await _engine.StartAsync([Order("a")], NobodyIsBusy, Token));
    }

    [Fact]
    public async Task Higher_limits_let_waiting_runs_begin_at_once()
    {
        var go = new TaskCompletionSource();
        var began = new SemaphoreSlim(0);
        RunOrder[] orders = [.. Enumerable.Range(0, 8).Select(i => Order($"pc{i}") with
        {
            Work = async (_, token) =>
            {
                began.Release();
                await go.Task.WaitAsync(token);
                return new RunResult(new RunProgress());
            },
        })];
        IReadOnlyList<Run> runs = await _engine.StartAsync(orders, NobodyIsBusy, Token);
        await TakeAsync(began, 4);
        Assert.Equal(4, runs.Count(run => _engine.Find(run.Id)!.Current is { State: RunState.Queued, WaitsFor: RunWait.Repository }));

        _engine.Limits = new RunLimits(6, 6, 1);
        await TakeAsync(began, 2);
        Assert.Equal(2, runs.Count(run => _engine.Find(run.Id)!.Current.State == RunState.Queued));

        go.SetResult();
        foreach (Run run in runs)
        {
            Assert.Equal(RunState.Completed, (await EndedAsync(run)).State);
        }
    }

    /// <summary>What the engine itself costs: the runs do nothing, but each is saved as it begins and as it ends.</summary>
    [Fact]
    public async Task Five_thousand_queued_runs_are_worked_off()
    {
        const int Many = 5000;
        int most = 0;
        int working = 0;
        RunOrder[] orders = [.. Enumerable.Range(0, Many).Select(i => Order($"pc{i}") with
        {
            Work = (_, _) =>
            {
                InterlockedMax(ref most, Interlocked.Increment(ref working));
                Interlocked.Decrement(ref working);
                return Task.FromResult(new RunResult(new RunProgress()));
            },
        })];
        var watch = Stopwatch.StartNew();
        IReadOnlyList<Run> runs = await _engine.StartAsync(orders, NobodyIsBusy, Token);
        TimeSpan accepted = watch.Elapsed;

        await Task.WhenAll(runs.Select(run => EndedAsync(run)));

        TestContext.Current.TestOutputHelper!.WriteLine($"{Many} runs: accepted in {accepted.TotalMilliseconds:F0} ms, worked off in {watch.ElapsedMilliseconds} ms, at most {most} at once");
        Assert.InRange(most, 1, 4);
        Assert.Equal([new RunCount(RunState.Completed, Many)], await Catalog.Runs.CountLastOfTaskAsync(_task.Id, Token));
        await _engine.DisposeAsync();
    }

    private static void NobodyIsBusy(RunOrder order, HandyBackupException exception) => Assert.Fail($"{order.Agent}: {exception}");

    private static void InterlockedMax(ref int most, int value)
    {
        for (int seen = Volatile.Read(ref most); seen < value; seen = Volatile.Read(ref most))
        {
            Interlocked.CompareExchange(ref most, value, seen);
        }
    }

    private async Task TakeAsync(SemaphoreSlim began, int count)
    {
        for (int i = 0; i < count; i++)
        {
            await began.WaitAsync(Token);
        }
    }

    private RunEngine FakeTimeEngine() => new(Catalog, new RunLimits(4, 4, 1), TimeSpan.FromSeconds(5), _idle, Time, Log);

    private RunOrder Order(string agent, int delay = 0) => QueuedRun.Order(_task, agent) with { Delay = TimeSpan.FromSeconds(delay) };

    // One that is no longer active has ended, and was saved before.
    private async Task<Run> EndedAsync(Run run, RunEngine? engine = null) =>
        (engine ?? _engine).Find(run.Id) is { } active ? await active.Ended.WaitAsync(Token) : (await Catalog.Runs.FindAsync(run.Id, Token))!;
}
