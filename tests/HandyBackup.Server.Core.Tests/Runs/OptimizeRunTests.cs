using HandyBackup.Contracts;

namespace HandyBackup.Server.Core.Tests;

public sealed class OptimizeRunTests : ServerHarness
{
    private static readonly TimeSpan s_grace = TimeSpan.FromDays(7);
    private static readonly TimeSpan s_sweepGrace = TimeSpan.FromDays(1);

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await CreateRepositoryAsync();
        await CreateTaskAsync();
    }

    private async Task<Run> OptimizeAsync(OptimizeRepositoryRequest? request = null) =>
        await WaitAsync(await Server.Repositories.StartOptimizeAsync(request ?? new OptimizeRepositoryRequest { Name = "main" }, Token));

    private async Task<RepositoryOptimization> DoneAsync(OptimizeRepositoryRequest? request = null)
    {
        Run run = await OptimizeAsync(request);
        Assert.True(run.State == RunState.Completed, $"{run.State}: {run.Error}");
        return run.Optimization!;
    }

    private async Task CheckAsync()
    {
        Run run = await WaitAsync(await Server.Repositories.StartCheckAsync(new CheckRepositoryRequest { Name = "main", ReadData = true }, Token));
        Assert.Equal((RunState.Completed, 0), (run.State, run.Warnings));
        Assert.DoesNotContain(await LogOfAsync(run), entry => entry.Code is not null);
    }

    [Fact]
    public async Task Data_of_a_removed_snapshot_goes_after_both_graces_and_the_run_says_what_it_did()
    {
        Agent.Tree.With("data/gone", new string('x', 200_000));
        SnapshotReference removed = await BackUpAsync();
        Agent.Tree.Without("data/gone");
        await BackUpAsync();
        await Server.Snapshots.RemoveAsync(removed, Token);
        RepositoryOptimization early = await DoneAsync();
        Assert.Equal((1, 1, 0L), (early.Snapshots, early.RestorableSnapshots, early.FollowingBytes));

        Time.Ahead += s_grace;
        RepositoryOptimization plan = await DoneAsync(new OptimizeRepositoryRequest { Name = "main", PlanOnly = true });
        RepositoryOptimization first = await DoneAsync();
        await CheckAsync();
        Time.Ahead += s_sweepGrace;
        Run last = await OptimizeAsync();
        await CheckAsync();

        Assert.True(plan.IsPlan);
        Assert.Equal(plan with { IsPlan = false }, first with { VerifiedBytes = 0 });
        Assert.True(first.FollowingBytes > 200_000);
        Assert.Equal(first.FollowingBytes, last.Optimization!.FreedBytes);
        Assert.Equal((RunKind.Optimize, first.CondemnedPacks, 0), (last.Kind, last.Optimization.RemovedPacks, last.Optimization.CondemnedPacks));
        Assert.Contains(await LogOfAsync(last), entry => entry.Message.Contains("were freed", StringComparison.Ordinal));
        Assert.Equal(last.Optimization, (await Server.Runs.ListAsync(new RunQuery { Id = last.Id }, Token).SingleAsync(Token)).Optimization);
    }

    [Fact]
    public async Task Snapshots_that_vanished_are_a_refusal_and_those_that_the_server_removed_are_not()
    {
        await BackUpAsync();
        SnapshotReference removed = await BackUpAsync();
        SnapshotReference vanished = await BackUpAsync();
        await DoneAsync();
        await Server.Snapshots.RemoveAsync(removed, Token);
        await DoneAsync();
        File.Delete(Path.Join(Folder("main"), "snapshots", vanished.Id));

        Run refused = await OptimizeAsync();

        Assert.Equal((RunState.Failed, ErrorCode.SnapshotsVanished), (refused.State, refused.Error!.Code));
        Assert.Null(refused.Optimization);
        Assert.Equal(1, (await DoneAsync(new OptimizeRepositoryRequest { Name = "main", Force = true })).Snapshots);
        await DoneAsync();
    }

    [Fact]
    public async Task Damaged_index_file_is_a_refusal()
    {
        await BackUpAsync();
        await RestartAsync();
        string index = Directory.GetFiles(Path.Join(Folder("main"), "index")).First();
        byte[] content = await File.ReadAllBytesAsync(index, Token);
        File.Delete(index);
        await File.WriteAllBytesAsync(index, content[..^1], Token);

        Run refused = await OptimizeAsync();

        Assert.Equal((RunState.Failed, ErrorCode.UsageUnknown), (refused.State, refused.Error!.Code));
        Assert.Contains(Path.GetFileName(index), refused.Error.Target!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(101)]
    [InlineData(double.NaN)]
    public async Task Limit_that_is_no_percentage_is_refused(double limit) =>
        await FailsAsync(ErrorCode.InvalidArgument, () => Server.Repositories.StartOptimizeAsync(new OptimizeRepositoryRequest { Name = "main", MaxUnused = limit }, Token));

    [Fact]
    public async Task Backup_that_builds_on_a_snapshot_removed_for_good_meanwhile_is_whole()
    {
        await Server.Repositories.UpdateAsync(new UpdateRepositoryRequest { Name = "main", Grace = TimeSpan.Zero, SweepGrace = TimeSpan.Zero }, Token);
        await CreateTaskAsync("other");
        SnapshotReference parent = await BackUpAsync();
        FakeTree tree = Agent.Tree;
        Agent.Tree = new FakeTree().With("data/other", "other");
        await BackUpAsync("other");
        Agent.Tree = tree;
        BlobId root = default;
        Agent.DuringBackup = async (order, _, _, _) =>
        {
            root = order.PreviousTree!.Value;
            await Server.Snapshots.RemoveAsync(parent, Token);
            await DoneAsync();
            await DoneAsync();
        };

        SnapshotReference child = await BackUpAsync();

        Assert.NotEqual(default, root);
        await CheckAsync();
        Assert.Equal(["data", "data/a.txt", "data/b", "data/b/c.txt"], await Server.Items.ListAsync(new ItemQuery { Snapshot = child, Recurse = true }, Token).Select(item => item.Path).ToArrayAsync(Token));
    }

    [Fact]
    public async Task Restore_reads_to_its_end_although_the_snapshot_goes_for_good_meanwhile()
    {
        await Server.Repositories.UpdateAsync(new UpdateRepositoryRequest { Name = "main", Grace = TimeSpan.Zero, SweepGrace = TimeSpan.Zero }, Token);
        SnapshotReference snapshot = await BackUpAsync();
        Agent.Tree = new FakeTree().With("data/other", "other");
        await BackUpAsync();
        byte[] read = [];
        Agent.DuringRestore = async (order, retrieve, _, token) =>
        {
            await Server.Snapshots.RemoveAsync(snapshot, Token);
            await DoneAsync();
            await DoneAsync();
            await foreach (BlobPayload payload in retrieve.GetAsync([order.RootTree], BlobType.Tree, token))
            {
                using (payload)
                {
                    read = payload.Bytes.ToArray();
                }
            }
        };

        Run run = await WaitAsync(await Server.Items.StartRestoreAsync(
            new RestoreRequest { Snapshot = snapshot, Selections = [new RestoreSelection("data/a.txt", "data/a.txt")], Destination = Folder("out") }, Token));

        Assert.True(run.State == RunState.Completed, $"{run.State}: {run.Error}");
        Assert.NotEmpty(read);
    }

    [Fact]
    public async Task Optimization_and_check_go_on_beside_a_backup()
    {
        await BackUpAsync();
        var entered = new TaskCompletionSource();
        var leave = new TaskCompletionSource();
        Agent.DuringBackup = async (_, _, _, _) =>
        {
            entered.TrySetResult();
            await leave.Task.WaitAsync(Token);
        };
        Run backup = await StartAsync();
        await entered.Task.WaitAsync(Token);

        Run optimize = await OptimizeAsync();
        Run check = await WaitAsync(await Server.Repositories.StartCheckAsync(new CheckRepositoryRequest { Name = "main" }, Token));
        leave.SetResult();

        Assert.Equal((RunState.Completed, RunState.Completed, RunState.Completed), (optimize.State, check.State, (await WaitAsync(backup)).State));
    }
}
