using System.Collections.Concurrent;
using HandyBackup.Contracts;
using HandyBackup.Stores;
using HandyBackup.Testing;

namespace HandyBackup.Server.Core.Tests;

public sealed class RunEngineTests : ServerHarness
{
    private readonly ConcurrentDictionary<Guid, TaskCompletionSource> _working = new();
    private readonly SemaphoreSlim _began = new(0);

    public override async ValueTask InitializeAsync()
    {
        Server = await StartServerAsync(new RunLimits(Total: 3, PerRepository: 2, PerAgent: 3));
        Agent.DuringBackup = async (order, _, _, token) =>
        {
            var go = new TaskCompletionSource();
            _working[order.RunId] = go;
            _began.Release();
            await go.Task.WaitAsync(token);
        };
    }

    [Fact]
    public async Task Check_waits_for_an_optimization_of_its_repository_and_a_backup_does_not()
    {
        await CreateRepositoryAsync();
        await CreateTaskAsync();
        var listing = new TaskCompletionSource();
        var go = new TaskCompletionSource();
        await Server.DisposeAsync();
        ObservedStore observed = new(new LocalStore(Folder("main"), Time));
        observed.Before = (operation, file) =>
        {
            if ((operation, file.Kind) != (StoreOperation.List, StoreFileKind.Pack))
            {
                return Task.CompletedTask;
            }

            listing.TrySetResult();
            return go.Task.WaitAsync(Token);
        };
        Stores[Folder("main")] = new FaultyStore(observed);
        Server = await StartServerAsync(new RunLimits(Total: 4, PerRepository: 4));

        Run optimize = await Server.Repositories.StartOptimizeAsync(new OptimizeRepositoryRequest { Name = "main" }, Token);
        await listing.Task.WaitAsync(Token);
        Run second = await Server.Repositories.StartOptimizeAsync(new OptimizeRepositoryRequest { Name = "main" }, Token);
        Run check = await Server.Repositories.StartCheckAsync(new CheckRepositoryRequest { Name = "main" }, Token);
        Run backup = await StartAsync();
        await _began.WaitAsync(Token);
        Assert.Equal((RunState.Queued, RunState.Queued), ((await StateAsync(second)).State, (await StateAsync(check)).State));

        _working[backup.Id].SetResult();
        Assert.Equal(RunState.Completed, (await WaitAsync(backup)).State);
        go.SetResult();
        foreach (Run run in new[] { optimize, second, check })
        {
            Assert.Equal(RunState.Completed, (await WaitAsync(run)).State);
        }
    }

    [Fact]
    public async Task Server_says_when_its_last_run_has_ended_also_when_it_was_stopped()
    {
        await CreateRepositoryAsync();
        await CreateTaskAsync();
        Run first = await StartAsync();
        await _began.WaitAsync(Token);
        _working[first.Id].SetResult();
        await WaitAsync(first);
        await Idle.WaitAsync(Token);

        Run second = await StartAsync();
        await _began.WaitAsync(Token);
        await Server.Runs.StopAsync(new RunReference(second.Id), Token);
        await Idle.WaitAsync(Token);
        Assert.Equal(0, Idle.CurrentCount);
    }

    private async Task<Run> StateAsync(Run run) => await Server.Runs.ListAsync(new RunQuery { Id = run.Id }, Token).SingleAsync(Token);

    [Fact]
    public async Task Runs_beyond_the_limits_wait_for_their_turn()
    {
        await CreateRepositoryAsync("one");
        await CreateRepositoryAsync("two");
        var runs = new List<Run>();
        foreach ((string name, string repository) in new[] { ("a", "one"), ("b", "one"), ("c", "one"), ("d", "two"), ("e", "two") })
        {
            await CreateTaskAsync(name, repository);
            runs.Add(await StartAsync(name));
        }

        for (int i = 0; i < 3; i++)
        {
            await _began.WaitAsync(Token);
        }

        // Two of one repository, one of the other: c waits for its repository, e for the server.
        Assert.Equal([runs[0].Id, runs[1].Id, runs[3].Id], runs.Select(run => run.Id).Where(_working.ContainsKey));
        Assert.Equal(RunState.Queued, (await StateAsync(runs[2])).State);
        Assert.Equal(5, (await Server.ServerInfo.GetStatusAsync(Token)).ActiveRuns);
        Assert.Equal(3, await Server.Runs.ListAsync(new RunQuery { State = RunState.Running }, Token).CountAsync(Token));

        _working[runs[3].Id].SetResult();
        await _began.WaitAsync(Token);
        Assert.Contains(runs[4].Id, _working.Keys);
        _working[runs[0].Id].SetResult();
        await _began.WaitAsync(Token);
        foreach (TaskCompletionSource go in _working.Values)
        {
            go.TrySetResult();
        }

        Assert.All(await Task.WhenAll(runs.Select(WaitAsync)), run => Assert.Equal(RunState.Completed, run.State));
    }

    [Fact]
    public async Task Queued_run_can_be_stopped()
    {
        await CreateRepositoryAsync();
        var runs = new List<Run>();
        foreach (string name in new[] { "a", "b", "c" })
        {
            await CreateTaskAsync(name);
            runs.Add(await StartAsync(name));
        }

        Run stopped = await Server.Runs.StopAsync(new RunReference(runs[2].Id), Token);

        Assert.Equal(RunState.Cancelled, stopped.State);
        Assert.Null(stopped.Started);
        Assert.Equal(stopped, await StateAsync(runs[2]));
    }

    [Fact]
    public async Task Server_that_ends_interrupts_its_runs_and_says_so_after_the_restart()
    {
        await CreateRepositoryAsync();
        await CreateTaskAsync();
        Run run = await StartAsync();
        await _began.WaitAsync(Token);

        await RestartAsync();

        Run ended = await StateAsync(run);
        Assert.Equal((RunState.Interrupted, ErrorCode.RunInterrupted, "docs"), (ended.State, ended.Error!.Code, ended.Error.Target));
        Assert.NotNull(ended.Ended);
    }

    [Fact]
    public async Task Server_that_was_killed_leaves_runs_that_the_next_start_interrupts()
    {
        await CreateRepositoryAsync();
        await CreateTaskAsync();
        Run run = await StartAsync();
        await _began.WaitAsync(Token);

        // What a killed process leaves: the files as they are at this moment.
        string copy = Folder("copy of data");
        Directory.CreateDirectory(copy);
        foreach (string file in Directory.GetFiles(DataPath))
        {
            File.Copy(file, Path.Join(copy, Path.GetFileName(file)));
        }

        await using var next = new ServerCore(new ServerCoreOptions
        {
            DataPath = copy,
            Time = TimeProvider.System,
            LoggerFactory = Log,
            OpenStore = path => new Stores.LocalStore(path, TimeProvider.System),
            RequestStop = () => { },
        });
        await next.StartAsync(Token);
        Run interrupted = await next.Runs.WatchAsync(new RunReference(run.Id), Token).SingleAsync(Token);

        Assert.Equal((RunState.Interrupted, ErrorCode.RunInterrupted), (interrupted.State, interrupted.Error!.Code));
        Assert.NotNull(interrupted.Ended);
        Assert.Contains(Log.Lines, line => line.StartsWith("1001 ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Progress_is_seen_while_the_run_goes_on()
    {
        await CreateRepositoryAsync();
        await CreateTaskAsync();
        Agent.DuringBackup = async (order, _, observer, token) =>
        {
            observer.Progress(new RunProgress { Items = 5, Bytes = 50, TotalItems = 10, CurrentItem = "data/a" });
            var go = new TaskCompletionSource();
            _working[order.RunId] = go;
            _began.Release();
            await go.Task.WaitAsync(token);
        };
        Run run = await StartAsync();
        await _began.WaitAsync(Token);

        Run listed = await StateAsync(run);
        Run watched = await Server.Runs.WatchAsync(new RunReference(run.Id), Token).FirstAsync(Token);
        Run? ofTask = (await Server.Tasks.ListAsync(new TaskQuery(), Token).SingleAsync(Token)).LastRun;
        _working[run.Id].SetResult();
        await WaitAsync(run);

        Assert.All([listed, watched, ofTask!], state => Assert.Equal((RunState.Running, 5, "data/a"), (state.State, state.Progress.Items, state.Progress.CurrentItem)));
    }

    [Fact]
    public async Task Unknown_runs_and_impossible_queries_are_refused()
    {
        await FailsAsync(ErrorCode.RunNotFound, async () => await Server.Runs.WatchAsync(new RunReference(Guid.NewGuid()), Token).ToListAsync(Token));
        await FailsAsync(ErrorCode.RunNotFound, async () => await Server.Runs.GetLogAsync(new RunLogQuery { RunId = Guid.NewGuid() }, Token).ToListAsync(Token));
        await FailsAsync(ErrorCode.InvalidArgument, async () => await Server.Runs.ListAsync(new RunQuery { Last = 0 }, Token).ToListAsync(Token));
        Assert.Empty(await Server.Runs.ListAsync(new RunQuery { Id = Guid.NewGuid() }, Token).ToListAsync(Token));
    }

    [Fact]
    public async Task Last_counts_after_the_other_conditions()
    {
        Agent.DuringBackup = null;
        await CreateRepositoryAsync();
        await CreateTaskAsync("docs");
        await CreateTaskAsync("mail");
        Run first = await RunTaskAsync("docs");
        Run second = await RunTaskAsync("docs");
        await RunTaskAsync("mail");

        async Task<Guid[]> ListAsync(RunQuery query) => await Server.Runs.ListAsync(query, Token).Select(run => run.Id).ToArrayAsync(Token);
        Assert.Equal([second.Id], await ListAsync(new RunQuery { Task = "d*", Last = 1 }));
        Assert.Equal([second.Id, first.Id], await ListAsync(new RunQuery { Task = "DOCS", Last = 5 }));
    }
}
