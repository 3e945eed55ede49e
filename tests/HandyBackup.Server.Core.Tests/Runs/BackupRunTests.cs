using HandyBackup.Contracts;
using HandyBackup.Stores;
using HandyBackup.Testing;

namespace HandyBackup.Server.Core.Tests;

public sealed class BackupRunTests : ServerHarness
{
    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await CreateRepositoryAsync();
        await CreateTaskAsync("docs", "main", "one", "two");
    }

    private FaultyStore Store => Stores[Folder("main")];

    private Task<List<SnapshotInfo>> SnapshotsAsync() => Server.Snapshots.ListAsync(new SnapshotQuery(), Token).ToListAsync(Token).AsTask();

    [Fact]
    public async Task Run_makes_a_snapshot_that_says_where_it_came_from()
    {
        Run started = await StartAsync();
        Run ended = await WaitAsync(started);
        SnapshotInfo snapshot = Assert.Single(await SnapshotsAsync());

        Assert.Equal((RunState.Queued, "docs", "here", "main", RunKind.Backup), (started.State, started.Task, started.Agent, started.Repository, started.Kind));
        Assert.Equal((RunState.Completed, 2, 10), (ended.State, ended.Progress.Items, ended.Progress.Bytes));
        Assert.True(ended.Progress.AddedBytes > 0);
        Assert.True(ended.Created <= ended.Started && ended.Started <= ended.Ended);
        Assert.Equal(ended.SnapshotId, snapshot.Id);
        Assert.Equal(("docs", "here", "Files", "host-here", "tester"), (snapshot.Task, snapshot.Agent, snapshot.Source, snapshot.HostName, snapshot.UserName));
        Assert.Equal(["one", "two"], snapshot.Tags);
        Assert.Equal(["/data"], snapshot.Paths);
        Assert.Equal((2, 10, ended.Progress.AddedBytes), (snapshot.Items, snapshot.Bytes, snapshot.AddedBytes));
        Assert.Equal(ended.Started!.Value.ToUnixTimeSeconds(), snapshot.Time.ToUnixTimeSeconds());
    }

    [Fact]
    public async Task Second_run_is_ordered_with_the_first_ones_tree_and_adds_only_what_is_new()
    {
        Agent.Tree.With("data/large", new string('x', 100_000));
        await BackUpAsync();
        Agent.Tree.With("data/new", "new");
        Run second = await RunTaskAsync();

        BackupOrder[] orders = [.. Agent.BackupOrders];
        Assert.Null(orders[0].PreviousTree);
        Assert.NotNull(orders[1].PreviousTree);
        Assert.Equal(new ItemTotals(3, 100_010), orders[1].PreviousTotals);
        Assert.Equal(orders[0].ChunkerKey.ToArray(), orders[1].ChunkerKey.ToArray());
        Assert.InRange(second.Progress.AddedBytes, 1, 50_000);
    }

    [Fact]
    public async Task Lost_connection_of_the_source_is_not_that_of_the_agent()
    {
        Agent.DuringBackup = (_, _, _, _) => throw new HandyBackupException(ErrorCode.ConnectionLost, "The database has gone.") { IsTransient = true };

        Run run = await RunTaskAsync();

        Assert.Equal((RunState.Failed, "The database has gone."), (run.State, run.Error!.Message));
        Assert.Single(Agent.BackupOrders);
    }

    [Fact]
    public async Task Renamed_task_goes_on_from_its_older_snapshots()
    {
        await BackUpAsync();
        await Server.Tasks.UpdateAsync(new UpdateTaskRequest { Name = "docs", NewName = "papers" }, Token);
        await BackUpAsync("papers");

        Assert.NotNull(Agent.BackupOrders.Last().PreviousTree);
    }

    [Fact]
    public async Task Task_of_other_paths_does_not_use_its_neighbours_snapshots()
    {
        await BackUpAsync();
        await Server.Tasks.CreateAsync(
            new CreateTaskRequest { Definition = Definition("other") with { Selection = new SourceSelection { Source = "Files", Paths = ["/elsewhere"] } } }, Token);
        await BackUpAsync("other");

        Assert.Null(Agent.BackupOrders.Last().PreviousTree);
    }

    [Fact]
    public async Task Warnings_are_logged_and_end_the_run_with_warnings()
    {
        Agent.DuringBackup = (_, _, observer, token) => observer.IssueAsync(
            new ItemIssue { Code = ErrorCode.ItemUnreadable, Path = "data/x\\x0A", Reason = "Permission denied" }, token).AsTask();
        Run run = await RunTaskAsync();

        RunLogEntry entry = Assert.Single(await LogOfAsync(run), entry => entry.Level == RunLogLevel.Warning);
        Assert.Equal((RunState.CompletedWithWarnings, 1), (run.State, run.Warnings));
        Assert.Equal((ErrorCode.ItemUnreadable, "data/x\\x0A", "Permission denied"), (entry.Code, entry.Path, entry.Message));
        Assert.NotNull(run.SnapshotId);
    }

    [Fact]
    public async Task What_is_left_out_on_purpose_is_in_the_log_and_no_warning()
    {
        Agent.DuringBackup = (_, _, observer, token) => observer.IssueAsync(
            new ItemIssue { Code = ErrorCode.ItemLeftOut, Path = "var/lib/own", Reason = "It is left out." }, token).AsTask();
        Run run = await RunTaskAsync();

        RunLogEntry entry = Assert.Single(await LogOfAsync(run), entry => entry.Code == ErrorCode.ItemLeftOut);
        Assert.Equal((RunState.Completed, 0), (run.State, run.Warnings));
        Assert.Equal((RunLogLevel.Information, "var/lib/own", "It is left out."), (entry.Level, entry.Path, entry.Message));
    }

    [Fact]
    public async Task Failed_run_keeps_the_exact_code_and_makes_no_snapshot()
    {
        Agent.DuringBackup = (_, _, _, _) => throw new HandyBackupException(ErrorCode.SourceUnavailable, "No such folder: /data") { Target = "/data", Advice = "Mount it." };
        Run run = await RunTaskAsync();

        Assert.Equal((RunState.Failed, ErrorCode.SourceUnavailable, "/data", "Mount it."), (run.State, run.Error!.Code, run.Error.Target, run.Error.Advice));
        Assert.Empty(await SnapshotsAsync());
        Assert.Contains(await LogOfAsync(run), entry => entry is { Level: RunLogLevel.Error, Code: ErrorCode.SourceUnavailable });
        Assert.Equal(run, await Server.Runs.ListAsync(new RunQuery { Id = run.Id }, Token).SingleAsync(Token));
    }

    [Fact]
    public async Task Defect_of_ours_shows_no_details_but_logs_them()
    {
        Agent.DuringBackup = (_, _, _, _) => throw new InvalidOperationException("internal detail");
        Run run = await RunTaskAsync();

        Assert.Equal(ErrorCode.InternalError, run.Error!.Code);
        Assert.DoesNotContain("internal detail", run.Error.Message, StringComparison.Ordinal);
        Assert.Contains(Log.Lines, line => line.Contains("internal detail", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(StoreError.Full, ErrorCode.StoreFull)]
    [InlineData(StoreError.AccessDenied, ErrorCode.StoreAccessDenied)]
    [InlineData(StoreError.Unavailable, ErrorCode.StoreUnavailable)]
    public async Task Store_that_fails_fails_the_run_and_the_next_one_is_well(StoreError error, ErrorCode code)
    {
        await BackUpAsync();
        Agent.Tree.With("data/new", "new");
        Store.Script(new StoreFault(StoreOperation.Save) { Kind = StoreFileKind.Pack, Error = error });
        Run failed = await RunTaskAsync();
        Store.Heal();

        Assert.Equal((RunState.Failed, code), (failed.State, failed.Error!.Code));
        await BackUpAsync();
        Assert.Equal(2, (await SnapshotsAsync()).Count);
    }

    [Fact]
    public async Task Agent_that_hides_a_store_failure_does_not_change_the_code()
    {
        Agent.DuringBackup = async (_, ingest, _, token) =>
        {
            Store.Script(new StoreFault(StoreOperation.Save) { Kind = StoreFileKind.Pack, Error = StoreError.Full });
            try
            {
                // More than fits into packs that are under way, so that the failure surfaces here.
                for (int i = 0; ; i++)
                {
                    byte[] block = new byte[4 * 1024 * 1024];
                    Random.Shared.NextBytes(block);
                    await FakeTree.PutAsync(ingest, block, BlobType.Data, token);
                }
            }
            catch (HandyBackupException)
            {
                throw new InvalidOperationException("the agent went mad");
            }
        };
        Run run = await RunTaskAsync();

        Assert.Equal((RunState.Failed, ErrorCode.StoreFull), (run.State, run.Error!.Code));
    }

    [Fact]
    public async Task Blob_that_is_not_what_its_id_promises_is_refused_from_any_other_process()
    {
        // The embedded agent is trusted with its own hashes; the repository still refuses lengths that cannot be.
        Agent.DuringBackup = async (_, ingest, _, token) =>
        {
            System.Buffers.IMemoryOwner<byte> owner = System.Buffers.MemoryPool<byte>.Shared.Rent(10);
            await ingest.PutAsync(new BlobPayload(FakeTree.IdOf([1]), BlobType.Data, 99, false, owner, 10), token);
        };
        Run run = await RunTaskAsync();

        Assert.Equal((RunState.Failed, ErrorCode.BlobDamaged), (run.State, run.Error!.Code));
    }

    [Fact]
    public async Task Repository_that_is_gone_fails_the_run_and_is_found_again()
    {
        await BackUpAsync();
        Directory.Move(Folder("main"), Folder("away"));
        Run failed = await RunTaskAsync();
        Directory.Move(Folder("away"), Folder("main"));

        Assert.Equal(RunState.Failed, failed.State);
        Assert.Contains(failed.Error!.Code, new[] { ErrorCode.StoreUnavailable, ErrorCode.NotARepository });
        await BackUpAsync();
    }

    [Fact]
    public async Task Repository_locked_by_another_program_fails_the_run()
    {
        ResticProgram restic = ResticProgram.OrSkip(Folder("main"), Password);
        await BackUpAsync();
        await using Repository.OpenRepository other = await Repository.OpenRepository.OpenAsync(new LocalStore(Folder("main"), TimeProvider.System), Password, TimeProvider.System, Token);
        await using (await other.Locks.AcquireAsync(exclusive: true, TimeSpan.Zero, Token))
        {
            Run run = await RunTaskAsync();
            Assert.Equal((RunState.Failed, ErrorCode.RepositoryLocked), (run.State, run.Error!.Code));
        }

        await BackUpAsync();
        (await restic.CheckAsync(readData: true, Token)).Succeeded();
    }

    [Fact]
    public async Task Stopped_run_is_cancelled_and_what_it_stored_is_reused()
    {
        byte[] block = new byte[1024 * 1024];
        Random.Shared.NextBytes(block);
        var stored = new TaskCompletionSource();
        Agent.DuringBackup = async (_, ingest, _, token) =>
        {
            await FakeTree.PutAsync(ingest, block, BlobType.Data, token);
            stored.TrySetResult();
            await Task.Delay(Timeout.Infinite, token);
        };
        Run run = await StartAsync();
        await stored.Task.WaitAsync(Token);
        Run stopped = await Server.Runs.StopAsync(new RunReference(run.Id), Token);

        bool[] missing = [true];
        Agent.DuringBackup = async (_, ingest, _, token) => await ingest.FindMissingAsync(new[] { FakeTree.IdOf(block) }, BlobType.Data, missing, token);
        await RestartAsync();
        await BackUpAsync();

        Assert.Equal(RunState.Cancelled, stopped.State);
        Assert.Null(stopped.Error);
        Assert.NotNull(stopped.Ended);
        Assert.False(missing[0]);
        Assert.Single(await SnapshotsAsync());
        await FailsAsync(ErrorCode.RunNotActive, () => Server.Runs.StopAsync(new RunReference(run.Id), Token));
        await FailsAsync(ErrorCode.RunNotFound, () => Server.Runs.StopAsync(new RunReference(Guid.NewGuid()), Token));
    }
}
