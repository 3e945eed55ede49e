using System.Reflection;
using HandyBackup.Contracts;
using HandyBackup.Rpc;
using HandyBackup.Testing;

namespace HandyBackup.Server.Core.Tests;

/// <summary>What rights cover that were given for some agents, groups or repositories only.</summary>
public sealed class NarrowingTests : AccessHarness
{
    private readonly Dictionary<string, Func<PanelConnection, Task>> _calls = [];
    private SnapshotReference _snapshot = null!;
    private Run _run = null!;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await CreateRepositoryAsync();
        await CreateRepositoryAsync("other");
        await CreateTaskAsync();
        await AddAgentAsync("elsewhere", "office");
        _run = await RunTaskAsync();
        _snapshot = new SnapshotReference(_run.Repository, _run.SnapshotId!);
        FillCalls();
    }

    [Theory]
    [InlineData("agent")]
    [InlineData("group")]
    [InlineData("repository")]
    [InlineData("both")]
    public async Task What_the_rights_do_not_cover_is_not_there(string how)
    {
        await AddUserAsync("anna", [.. Enum.GetValues<Role>().Select(role => how switch
        {
            "agent" => new Grant { Role = role, Agents = ["elsewhere"] },
            "group" => new Grant { Role = role, Groups = ["Office"] },
            "repository" => new Grant { Role = role, Repositories = ["other"] },
            _ => new Grant { Role = role, Agents = ["here"], Repositories = ["other"] },
        })]);
        PanelConnection anna = await LogInAsync("anna");
        long runs = await Local.Runs.ListAsync(new RunQuery(), Token).CountAsync(Token);

        foreach ((string name, Func<PanelConnection, Task> call) in _calls)
        {
            Exception? failure = await Record.ExceptionAsync(() => call(anna));
            Assert.True(
                failure is HandyBackupException { Code: ErrorCode.TaskNotFound or ErrorCode.RunNotFound or ErrorCode.SnapshotNotFound or ErrorCode.RepositoryNotFound or ErrorCode.AgentNotFound },
                $"{name}: {failure}");
        }

        Assert.Equal(runs, await Local.Runs.ListAsync(new RunQuery(), Token).CountAsync(Token));
        Assert.Single(await Local.Tasks.ListAsync(new TaskQuery(), Token).ToListAsync(Token));
        Assert.Equal(2, await Local.Repositories.ListAsync(new RepositoryQuery(), Token).CountAsync(Token));
        Assert.Single(await Local.Snapshots.ListAsync(new SnapshotQuery(), Token).ToListAsync(Token));
    }

    [Fact]
    public async Task Lists_leave_out_what_the_rights_do_not_cover()
    {
        await AddUserAsync("anna", new Grant { Role = Role.Auditor, Agents = ["elsewhere"] });
        await AddUserAsync("bert", new Grant { Role = Role.Auditor, Agents = ["here"] });
        await AddUserAsync("carl", new Grant { Role = Role.Auditor, Repositories = ["main"] });

        Assert.Equal("agent elsewhere", await SeenAsync(await LogInAsync("anna")));
        Assert.Equal("agent here, task docs, run main, snapshot main", await SeenAsync(await LogInAsync("bert")));
        Assert.Equal("task docs, run main, repository main, snapshot main", await SeenAsync(await LogInAsync("carl")));
    }

    [Fact]
    public async Task Every_narrowable_method_was_tried_on_something_hidden()
    {
        await Task.CompletedTask;
        IEnumerable<string> narrowable = typeof(PanelServices).GetProperties().Where(property => property.PropertyType.IsInterface)
            .SelectMany(property => property.PropertyType.GetMethods())
            .Where(method => method.GetCustomAttribute<RequiresAttribute>()!.Narrowable)
            .Select(method => $"{method.DeclaringType!.Name[1..]}.{method.Name[..^5]}");

        // These list, and are tried above; or they tell of the server and the caller alone.
        string[] others = ["Agents.List", "AgentGroups.List", "Tasks.List", "Runs.List", "Repositories.List", "Snapshots.List", "ServerInfo.GetStatus", "Login.GetCaller"];
        Assert.Equal(narrowable.Order(StringComparer.Ordinal), _calls.Keys.Select(name => name.Split(' ')[0]).Distinct().Concat(others).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Narrowed_rights_do_not_reach_what_is_the_servers()
    {
        await AddUserAsync("anna", new Grant { Role = Role.Administrator, Agents = ["here"] });
        PanelConnection anna = await LogInAsync("anna");

        await FailsAsync(ErrorCode.AccessRefused, () => anna.ServerInfo.StopAsync(new StopServerRequest { Force = true }, Token));
        await FailsAsync(ErrorCode.AccessRefused, () => anna.Users.CreateAsync(new CreateUserRequest { Name = "x" }, Token));
        await FailsAsync(ErrorCode.AccessRefused, async () => await anna.AuditLog.ListAsync(new AuditQuery(), Token).ToListAsync(Token));
        await FailsAsync(
            ErrorCode.AccessRefused,
            () => anna.Repositories.CreateAsync(new CreateRepositoryRequest { Name = "new", Path = Folder("new"), Password = Secret(Password) }, Token));
    }

    [Fact]
    public async Task User_restores_what_came_from_the_own_machine_to_it_and_nothing_else()
    {
        await AddUserAsync("anna", new Grant { Role = Role.RestoreOperator, Agents = ["here"] });
        PanelConnection anna = await LogInAsync("anna");

        Run run = await anna.Items.StartRestoreAsync(Restore(_snapshot, null), Token);

        Assert.Equal(RunState.Completed, (await anna.Runs.WatchAsync(new RunReference(run.Id), Token).LastAsync(Token)).State);
        Assert.Equal("elsewhere", (await FailsAsync(ErrorCode.AgentNotFound, () => anna.Items.StartRestoreAsync(Restore(_snapshot, "elsewhere"), Token))).Target);
        await FailsAsync(ErrorCode.AccessRefused, () => anna.Tasks.StartAsync(new StartTaskRequest { Name = "docs" }, Token));
        await FailsAsync(ErrorCode.AccessRefused, async () => await anna.Repositories.ListKeysAsync(new RepositoryReference("main"), Token).ToListAsync(Token));
        AuditEntry[] entries = [.. (await AuditAsync(new AuditQuery { Action = "Items.StartRestore", Outcome = AuditOutcome.Done }))];
        Assert.Equal("anna", Assert.Single(entries).Caller);
    }

    [Fact]
    public async Task What_may_be_seen_and_not_done_is_refused()
    {
        await AddUserAsync("anna", new Grant { Role = Role.Operator, Agents = ["elsewhere"] }, new Grant { Role = Role.Auditor, Agents = ["here"] });
        PanelConnection anna = await LogInAsync("anna");

        await FailsAsync(ErrorCode.AccessRefused, () => anna.Tasks.StartAsync(new StartTaskRequest { Name = "docs" }, Token));
        await FailsAsync(ErrorCode.AccessRefused, async () => await anna.Items.ListAsync(new ItemQuery { Snapshot = _snapshot }, Token).ToListAsync(Token));

        AuditEntry entry = (await AuditAsync())[0];
        Assert.Equal(("Items.List", AuditOutcome.Refused), (entry.Action, entry.Outcome));
    }

    [Fact]
    public async Task Hidden_thing_is_answered_like_one_that_is_not_there()
    {
        await AddUserAsync("anna", new Grant { Role = Role.Administrator, Agents = ["elsewhere"] });
        PanelConnection anna = await LogInAsync("anna");

        HandyBackupException hidden = await FailsAsync(ErrorCode.TaskNotFound, () => anna.Tasks.RemoveAsync(new TaskReference("docs"), Token));
        HandyBackupException absent = await FailsAsync(ErrorCode.TaskNotFound, () => anna.Tasks.RemoveAsync(new TaskReference("nope"), Token));
        HandyBackupException hiddenSnapshot = await FailsAsync(ErrorCode.SnapshotNotFound, () => anna.Snapshots.RemoveAsync(_snapshot, Token));
        HandyBackupException absentSnapshot = await FailsAsync(
            ErrorCode.SnapshotNotFound, () => anna.Snapshots.RemoveAsync(_snapshot with { Id = new string('0', 64) }, Token));

        Assert.Equal(absent.Message.Replace("nope", "docs", StringComparison.Ordinal), hidden.Message);
        Assert.Equal(absent.Advice, hidden.Advice);
        Assert.Equal(absentSnapshot.Message.Replace(new string('0', 64), _snapshot.Id, StringComparison.Ordinal), hiddenSnapshot.Message);
    }

    [Fact]
    public async Task Grant_names_only_what_is_there_and_survives_a_new_name()
    {
        await FailsAsync(ErrorCode.AgentNotFound, () => AddUserAsync("anna", new Grant { Role = Role.Operator, Agents = ["nowhere"] }));
        await FailsAsync(ErrorCode.RepositoryNotFound, () => AddUserAsync("anna", new Grant { Role = Role.Operator, Repositories = ["nowhere"] }));
        await AddUserAsync("anna", new Grant { Role = Role.Auditor, Repositories = ["main"] });
        PanelConnection anna = await LogInAsync("anna");

        await Local.Repositories.UpdateAsync(new UpdateRepositoryRequest { Name = "main", NewName = "renamed" }, Token);

        Assert.Equal("renamed", (await anna.Repositories.ListAsync(new RepositoryQuery(), Token).SingleAsync(Token)).Name);
        Assert.Equal(["renamed"], (await anna.Login.GetCallerAsync(Token)).Grants[0].Repositories);
    }

    private static RestoreRequest Restore(SnapshotReference snapshot, string? agent) =>
        new() { Snapshot = snapshot, Selections = [new RestoreSelection("data/a.txt", "a.txt")], Agent = agent, Destination = "/somewhere" };

    private void FillCalls()
    {
        var all = new SnapshotReference(null, _snapshot.Id[..8]);
        var removed = new SnapshotReference(null, _snapshot.Id);
        Add("Items.List stored", panel => panel.Items.ListAsync(new ItemQuery { Snapshot = all }, Token).CountAsync(Token).AsTask());
        Add("Items.PlanRestore", panel => panel.Items.PlanRestoreAsync(Restore(all, null), Token).CountAsync(Token).AsTask());
        Add("Items.StartRestore", panel => panel.Items.StartRestoreAsync(Restore(_snapshot, null), Token));
        var item = new ItemToWrite { Destination = "/somewhere", Path = "a.txt" };
        Add("Items.ReadStored", panel => panel.Items.ReadStoredAsync(new StoredContentRequest { Snapshot = all, Path = "data/a.txt" }, Token).CountAsync(Token).AsTask());
        Add("Items.ReadLive", panel => panel.Items.ReadLiveAsync(new LiveContentRequest { Path = "a.txt" }, Token).CountAsync(Token).AsTask());
        Add("Items.WriteFile", panel => panel.Items.WriteFileAsync(new WriteItemRequest { Item = item }, TestContent.Of([1]), Token));
        Add("Items.WriteFolder", panel => panel.Items.WriteFolderAsync(new WriteItemRequest { Item = item }, Token));
        Add("Items.CopyFile", panel => panel.Items.CopyFileAsync(new CopyFileRequest { File = new LiveContentRequest { Path = "a.txt" }, Agent = "elsewhere", Item = item }, Token));
        Add("Items.Remove", panel => panel.Items.RemoveAsync(new RemoveItemsRequest { Path = "a.txt", Recurse = true }, Token).CountAsync(Token).AsTask());
        Add("Repositories.Update", panel => panel.Repositories.UpdateAsync(new UpdateRepositoryRequest { Name = "main", Grace = TimeSpan.Zero }, Token));
        Add("Repositories.Remove", panel => panel.Repositories.RemoveAsync(new RemoveRepositoryRequest { Name = "main", DeleteData = true, RemoveTasks = true }, Token));
        Add("Repositories.StartCheck", panel => panel.Repositories.StartCheckAsync(new CheckRepositoryRequest { Name = "main" }, Token));
        Add("Repositories.StartOptimize", panel => panel.Repositories.StartOptimizeAsync(new OptimizeRepositoryRequest { Name = "main" }, Token));
        Add("Repositories.StartRepair", panel => panel.Repositories.StartRepairAsync(new RepairRepositoryRequest { Name = "main" }, Token));
        Add("Repositories.ListKeys", panel => panel.Repositories.ListKeysAsync(new RepositoryReference("main"), Token).CountAsync(Token).AsTask());
        Add("Repositories.AddKey", panel => panel.Repositories.AddKeyAsync(new AddRepositoryKeyRequest("main", Secret("x")), Token));
        Add("Repositories.RemoveKey", panel => panel.Repositories.RemoveKeyAsync(new RemoveRepositoryKeyRequest("main", "0000"), Token));
        Add("Runs.Watch", panel => panel.Runs.WatchAsync(new RunReference(_run.Id), Token).CountAsync(Token).AsTask());
        Add("Runs.Stop", panel => panel.Runs.StopAsync(new RunReference(_run.Id), Token));
        Add("Runs.GetLog", panel => panel.Runs.GetLogAsync(new RunLogQuery { RunId = _run.Id }, Token).CountAsync(Token).AsTask());
        Add("Snapshots.Remove", panel => panel.Snapshots.RemoveAsync(_snapshot, Token));
        Add("Snapshots.Restore", panel => panel.Snapshots.RestoreAsync(removed, Token));
        Add("Snapshots.StartCopy", panel => panel.Snapshots.StartCopyAsync(new CopySnapshotRequest(all, "other"), Token));
        Add("Snapshots.Compare", panel => panel.Snapshots.CompareAsync(new CompareSnapshotsRequest { Reference = all, Difference = all }, Token).CountAsync(Token).AsTask());
        Add("Tasks.Create", panel => panel.Tasks.CreateAsync(new CreateTaskRequest { Definition = Definition("new") }, Token));
        Add("Tasks.Update", panel => panel.Tasks.UpdateAsync(new UpdateTaskRequest { Name = "docs", Description = "x" }, Token));
        Add("Tasks.Remove", panel => panel.Tasks.RemoveAsync(new TaskReference("docs"), Token));
        Add("Tasks.Start", panel => panel.Tasks.StartAsync(new StartTaskRequest { Name = "docs" }, Token));

        void Add(string name, Func<PanelConnection, Task> call) => _calls.Add(name, call);
    }

    private async Task<string> SeenAsync(PanelConnection panel)
    {
        List<string> seen =
        [
            .. await panel.Agents.ListAsync(new AgentQuery(), Token).Select(agent => $"agent {agent.Description.Name}").ToListAsync(Token),
            .. await panel.Tasks.ListAsync(new TaskQuery(), Token).Select(task => $"task {task.Definition.Name}").ToListAsync(Token),
            .. await panel.Runs.ListAsync(new RunQuery { Last = 1 }, Token).Select(run => $"run {run.Repository}").ToListAsync(Token),
            .. await panel.Repositories.ListAsync(new RepositoryQuery(), Token).Select(repository => $"repository {repository.Name}").ToListAsync(Token),
            .. await panel.Snapshots.ListAsync(new SnapshotQuery(), Token).Select(snapshot => $"snapshot {snapshot.Repository}").ToListAsync(Token),
        ];
        return string.Join(", ", seen);
    }
}
