using HandyBackup.Contracts;

namespace HandyBackup.Server.Core.Tests;

public sealed class ItemServiceTests : ServerHarness
{
    private SnapshotReference _snapshot = null!;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await CreateRepositoryAsync();
        await CreateTaskAsync();
        Agent.Tree = new FakeTree().With("data/a.txt", "alpha").With("data/b/c.txt", "gamma").With("data/b/line\\x0Abreak", "x").With("data/b/\\xFF", "y");
        _snapshot = await BackUpAsync();
    }

    private async Task<string[]> ListAsync(ItemQuery query) => await Server.Items.ListAsync(query, Token).Select(item => item.Path).ToArrayAsync(Token);

    [Theory]
    [InlineData("", new[] { "data" })]
    [InlineData("data", new[] { "data/a.txt", "data/b" })]
    [InlineData("/data/", new[] { "data/a.txt", "data/b" })]
    [InlineData("data/a.txt", new[] { "data/a.txt" })]
    [InlineData("data/b", new[] { "data/b/c.txt", "data/b/line\\x0Abreak", "data/b/\\xFF" })]
    [InlineData("data/b/line\\x0Abreak", new[] { "data/b/line\\x0Abreak" })]
    [InlineData("data/b/\\xff", new[] { "data/b/\\xFF" })]
    public async Task Snapshot_is_browsed_by_path(string path, string[] expected) =>
        Assert.Equal(expected, await ListAsync(new ItemQuery { Snapshot = _snapshot, Path = path }));

    [Fact]
    public async Task Recursion_lists_folders_before_their_content_and_filters_by_name()
    {
        Assert.Equal(
            ["data", "data/a.txt", "data/b", "data/b/c.txt", "data/b/line\\x0Abreak", "data/b/\\xFF"],
            await ListAsync(new ItemQuery { Snapshot = _snapshot, Recurse = true }));
        Assert.Equal(["data/a.txt", "data/b/c.txt"], await ListAsync(new ItemQuery { Snapshot = _snapshot, Recurse = true, Filter = "*.TXT" }));
    }

    [Fact]
    public async Task Items_of_a_snapshot_say_where_they_come_from()
    {
        Item item = await Server.Items.ListAsync(new ItemQuery { Snapshot = _snapshot, Path = "data/a.txt" }, Token).SingleAsync(Token);

        Assert.Equal(("a.txt", ItemKind.File, 5L, 0x1A4), (item.Name, item.Kind, item.Size, item.Mode));
        Assert.Equal(("here", "Files", _snapshot.Id, "main"), (item.Agent, item.Source, item.SnapshotId, item.Repository));
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1_700_000_000), item.Modified);
    }

    [Theory]
    [InlineData("nothing")]
    [InlineData("data/a.txt/below")]
    [InlineData("DATA")]
    public async Task Missing_path_is_named(string path)
    {
        HandyBackupException exception = await FailsAsync(ErrorCode.ItemNotFound, () => ListAsync(new ItemQuery { Snapshot = _snapshot, Path = path }));
        Assert.Equal(path, exception.Target);
    }

    [Fact]
    public async Task Live_items_come_from_the_agent_and_say_so()
    {
        Item item = await Server.Items.ListAsync(new ItemQuery { Agent = "HERE" }, Token).FirstAsync(Token);

        Assert.Equal(("data/a.txt", "here", "Files"), (item.Path, item.Agent, item.Source));
        Assert.Null(item.SnapshotId);
        await FailsAsync(ErrorCode.AgentNotFound, () => ListAsync(new ItemQuery { Agent = "nobody" }));
        await FailsAsync(ErrorCode.SourceUnknown, () => ListAsync(new ItemQuery { Selection = new SourceSelection { Source = "Tapes" } }));
    }

    [Fact]
    public async Task Restore_is_a_run_that_the_agent_executes()
    {
        byte[]? content = null;
        Agent.DuringRestore = async (order, retrieve, observer, token) =>
        {
            await foreach (BlobPayload blob in retrieve.GetAsync([FakeTree.IdOf("alpha"u8)], BlobType.Data, token))
            {
                content = blob.IsCompressed ? null : blob.Bytes.ToArray();
                blob.Dispose();
            }

            await observer.IssueAsync(new ItemIssue { Code = ErrorCode.MetadataNotRestored, Path = "data/a.txt", Reason = "no" }, token);
        };
        Run run = await WaitAsync(await Server.Items.StartRestoreAsync(
            new RestoreRequest { Snapshot = _snapshot, Selections = [new RestoreSelection("data", "")], Destination = "/out", Overwrite = OverwritePolicy.IfNewer }, Token));

        RestoreOrder order = Assert.Single(Agent.RestoreOrders);
        Assert.Equal((RunKind.Restore, RunState.CompletedWithWarnings, 2L, 1L), (run.Kind, run.State, run.Progress.Items, run.Skipped));
        Assert.Equal((_snapshot.Id, "here", "main"), (run.SnapshotId, run.Agent, run.Repository));
        Assert.Null(run.Task);
        Assert.Equal((run.Id, "/out", OverwritePolicy.IfNewer, "Files"), (order.RunId, order.Destination, order.Overwrite, order.Target.Source));
        Assert.Equal("alpha"u8.ToArray(), content);
    }

    [Fact]
    public async Task Plan_is_the_agents_answer_and_starts_no_run()
    {
        List<RestorePlanItem> plan = await Server.Items.PlanRestoreAsync(
            new RestoreRequest { Snapshot = _snapshot, Selections = [new RestoreSelection("data/a.txt", "a.txt")], Destination = "/out" }, Token).ToListAsync(Token);

        Assert.Equal([("a.txt", RestoreAction.Create)], plan.Select(item => (item.Path, item.Action)));
        Assert.Empty(await Server.Runs.ListAsync(new RunQuery { Kind = RunKind.Restore }, Token).ToListAsync(Token));
    }

    [Fact]
    public async Task Impossible_restores_are_refused_before_a_run_begins()
    {
        var request = new RestoreRequest { Snapshot = _snapshot, Selections = [new RestoreSelection("data", "")], Destination = "/out" };

        HandyBackupException missing = await FailsAsync(
            ErrorCode.ItemNotFound, () => Server.Items.StartRestoreAsync(request with { Selections = [new RestoreSelection("data/none", "")] }, Token));
        await FailsAsync(ErrorCode.InvalidArgument, () => Server.Items.StartRestoreAsync(request with { Selections = [] }, Token));
        await FailsAsync(ErrorCode.AgentNotFound, () => Server.Items.StartRestoreAsync(request with { Agent = "nobody" }, Token));
        await FailsAsync(ErrorCode.SnapshotNotFound, () => Server.Items.StartRestoreAsync(request with { Snapshot = new SnapshotReference(null, "00000000") }, Token));
        Agent.CanRestore = false;
        await RestartAsync();
        await FailsAsync(ErrorCode.RestoreNotSupported, () => Server.Items.StartRestoreAsync(request, Token));

        Assert.Equal("data/none", missing.Target);
        Assert.Empty(await Server.Runs.ListAsync(new RunQuery { Kind = RunKind.Restore }, Token).ToListAsync(Token));
    }
}
