using System.Text.Json;
using HandyBackup.Contracts;

namespace HandyBackup.Server.Core.Tests;

public sealed class TaskServiceTests : ServerHarness
{
    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await CreateRepositoryAsync();
    }

    private static Dictionary<string, JsonElement> Options(string json) => JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(json)!;

    private Task<TaskInfo> CreateAsync(TaskDefinition definition) => Server.Tasks.CreateAsync(new CreateTaskRequest { Definition = definition }, Token);

    private async Task<TaskInfo> GetAsync(string name = "docs") => await Server.Tasks.ListAsync(new TaskQuery { Name = name }, Token).SingleAsync(Token);

    [Fact]
    public async Task New_task_gets_the_servers_own_agent_and_the_proper_spelling_of_names()
    {
        TaskInfo task = await CreateAsync(Definition(repository: "MAIN") with { Tags = ["one"] });

        Assert.Equal(("here", "main", "Files"), (task.Definition.Agent, task.Definition.Repository, task.Definition.Selection.Source));
        Assert.Null(task.LastRun);
        await RestartAsync();
        Assert.Equal(["one"], (await GetAsync("DOCS")).Definition.Tags);
    }

    [Fact]
    public async Task Bad_definitions_are_refused_and_name_what_is_wrong()
    {
        TaskDefinition good = Definition();
        await CreateAsync(good);
        SourceSelection files = good.Selection;
        foreach ((TaskDefinition bad, ErrorCode code, string target) in new[]
        {
            (good with { Name = "DOCS" }, ErrorCode.TaskExists, "docs"),
            (good with { Name = "a*" }, ErrorCode.InvalidArgument, "a*"),
            (good with { Name = "b", Repository = "nowhere" }, ErrorCode.RepositoryNotFound, "nowhere"),
            (good with { Name = "b", Agent = "nobody" }, ErrorCode.AgentNotFound, "nobody"),
            (good with { Name = "b", Selection = files with { Source = "Tapes" } }, ErrorCode.SourceUnknown, "Tapes"),
            (good with { Name = "b", Selection = files with { Options = Options("""{"Colour":1}""") } }, ErrorCode.SourceOptionInvalid, "Colour"),
            (good with { Name = "b", Tags = ["a,b"] }, ErrorCode.InvalidArgument, "a,b"),
            (good with { Name = "b", Selection = files with { Paths = [""] } }, ErrorCode.InvalidArgument, ""),
        })
        {
            HandyBackupException exception = await FailsAsync(code, () => CreateAsync(bad));
            Assert.Equal(target, exception.Target);
        }

        Assert.Single(await Server.Tasks.ListAsync(new TaskQuery(), Token).ToListAsync(Token));
    }

    [Fact]
    public async Task Tasks_are_selected_by_name_repository_and_agent()
    {
        await CreateRepositoryAsync("second");
        await CreateTaskAsync("docs one");
        await CreateTaskAsync("docs two", "second");
        await CreateTaskAsync("mail");

        async Task<string[]> ListAsync(TaskQuery query) => await Server.Tasks.ListAsync(query, Token).Select(task => task.Definition.Name).ToArrayAsync(Token);
        Assert.Equal(["docs one", "docs two"], await ListAsync(new TaskQuery { Name = "DOCS*" }));
        Assert.Equal(["docs two"], await ListAsync(new TaskQuery { Name = "docs*", Repository = "Second" }));
        Assert.Equal(["docs one", "docs two", "mail"], await ListAsync(new TaskQuery { Agent = "HERE" }));
        Assert.Empty(await ListAsync(new TaskQuery { Agent = "there" }));
    }

    [Fact]
    public async Task Update_changes_what_it_names_and_nothing_else()
    {
        await CreateAsync(Definition() with
        {
            Description = "old",
            Tags = ["t"],
            Selection = new SourceSelection { Source = "Files", Paths = ["/data"], Options = Options("""{"exclude":["*.tmp"],"PASSWORD":"pw"}""") },
        });

        TaskInfo updated = await Server.Tasks.UpdateAsync(
            new UpdateTaskRequest { Name = "docs", NewName = "papers", Paths = ["/other"], Options = Options("""{"EXCLUDE":null}""") }, Token);
        Assert.Equal(("papers", "old"), (updated.Definition.Name, updated.Definition.Description));
        Assert.Equal(["t"], updated.Definition.Tags);
        Assert.Equal(["/other"], updated.Definition.Selection.Paths);
        Assert.Equal(["Password"], updated.Definition.Selection.Options.Keys);
        Assert.Equal(JsonValueKind.Null, updated.Definition.Selection.Options["Password"].ValueKind);

        await BackUpAsync("papers");
        Assert.Equal("pw", Agent.BackupOrders.Single().Selection.Options["Password"].GetString());
        await FailsAsync(ErrorCode.TaskNotFound, () => Server.Tasks.UpdateAsync(new UpdateTaskRequest { Name = "docs", Description = "x" }, Token));
    }

    [Fact]
    public async Task Secret_that_is_taken_away_is_gone()
    {
        await CreateAsync(Definition() with { Selection = new SourceSelection { Source = "Files", Options = Options("""{"Password":"pw"}""") } });
        TaskInfo updated = await Server.Tasks.UpdateAsync(new UpdateTaskRequest { Name = "docs", Options = Options("""{"password":null}""") }, Token);

        await BackUpAsync();

        Assert.Empty(updated.Definition.Selection.Options);
        Assert.Empty(Agent.BackupOrders.Single().Selection.Options);
    }

    [Fact]
    public async Task Second_run_of_a_task_is_refused_while_the_first_goes_on()
    {
        await CreateTaskAsync();
        var go = new TaskCompletionSource();
        Agent.DuringBackup = (_, _, _, token) => go.Task.WaitAsync(token);
        Run first = await StartAsync();

        HandyBackupException exception = await FailsAsync(ErrorCode.TaskBusy, () => StartAsync("DOCS"));
        await FailsAsync(ErrorCode.TaskBusy, () => Server.Tasks.RemoveAsync(new TaskReference("docs"), Token));
        go.SetResult();
        await WaitAsync(first);

        Assert.Equal("docs", exception.Target);
        Assert.True(exception.IsTransient);
        await BackUpAsync();
    }

    [Fact]
    public async Task Hundred_starts_at_once_start_one_run()
    {
        await CreateTaskAsync();
        var go = new TaskCompletionSource();
        Agent.DuringBackup = (_, _, _, token) => go.Task.WaitAsync(token);

        Run?[] runs = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => Task.Run(
            async () =>
            {
                try
                {
                    return await StartAsync();
                }
                catch (HandyBackupException exception) when (exception.Code == ErrorCode.TaskBusy)
                {
                    return null;
                }
            },
            Token)));
        go.SetResult();

        Run started = Assert.Single(runs.OfType<Run>());
        Assert.Equal(RunState.Completed, (await WaitAsync(started)).State);
        Assert.Single(await Server.Runs.ListAsync(new RunQuery(), Token).ToListAsync(Token));
    }

    [Fact]
    public async Task Last_run_is_shown_and_removal_keeps_run_and_snapshot()
    {
        await CreateTaskAsync();
        SnapshotReference snapshot = await BackUpAsync();

        Run? last = (await GetAsync()).LastRun;
        await Server.Tasks.RemoveAsync(new TaskReference("docs"), Token);

        Assert.Equal((RunState.Completed, snapshot.Id), (last!.State, last.SnapshotId));
        Assert.Single(await Server.Runs.ListAsync(new RunQuery { Task = "docs" }, Token).ToListAsync(Token));
        Assert.Single(await Server.Snapshots.ListAsync(new SnapshotQuery { Task = "docs" }, Token).ToListAsync(Token));
        await FailsAsync(ErrorCode.TaskNotFound, () => StartAsync());
    }
}
