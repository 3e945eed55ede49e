using System.Text.Json;
using HandyBackup.Contracts;
using HandyBackup.Rpc;

namespace HandyBackup.Server.Core.Tests;

/// <summary>Tasks on groups of agents: 'here' is connected, 'pc1' and 'pc2' are not, 'pc3' is suspended.</summary>
public sealed class GroupTaskTests : AccessHarness
{
    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await CreateRepositoryAsync();
        await AddAgentAsync("pc1");
        await AddAgentAsync("pc2");
        await AddAgentAsync("pc3");
        await Local.Agents.SuspendAsync(new AgentReference("pc3"), Token);
        await Local.AgentGroups.CreateAsync(new CreateAgentGroupRequest { Name = "All", Rule = new AgentGroupRule { Name = "*" } }, Token);
    }

    [Fact]
    public async Task Each_member_gets_a_run_and_those_that_are_off_say_so()
    {
        TaskInfo task = await CreateGroupTaskAsync();
        Assert.Equal(("", "All", 0), (task.Definition.Agent, task.Definition.Group, task.LastRuns.Count));

        StartedTask started = await StartGroupAsync();

        Assert.Equal(["here", "pc1", "pc2"], started.Runs.Select(run => run.Agent));
        LeftOutAgent leftOut = Assert.Single(started.LeftOut);
        Assert.Equal(("pc3", ErrorCode.AgentSuspended), (leftOut.Agent, leftOut.Reason.Code));
        Run[] ended = await Task.WhenAll(started.Runs.Select(WaitAsync));
        Assert.Equal([RunState.Completed, RunState.Failed, RunState.Failed], ended.Select(run => run.State));
        Assert.All(ended[1..], run => Assert.Equal((ErrorCode.AgentOffline, null), (run.Error!.Code, run.Started)));
        SnapshotInfo snapshot = await Local.Snapshots.ListAsync(new SnapshotQuery(), Token).SingleAsync(Token);
        Assert.Equal(("docs", "here"), (snapshot.Task, snapshot.Agent));
        TaskInfo after = await Local.Tasks.ListAsync(new TaskQuery { Group = "ALL" }, Token).SingleAsync(Token);
        Assert.Equal([new RunCount(RunState.Completed, 1), new RunCount(RunState.Failed, 2)], after.LastRuns);
        Assert.Contains(after.LastRun!.Id, started.Runs.Select(run => run.Id));
        Assert.Empty(await Local.Tasks.ListAsync(new TaskQuery { Agent = "here" }, Token).ToListAsync(Token));
    }

    [Fact]
    public async Task Second_run_of_a_member_goes_on_from_its_own_snapshot()
    {
        await CreateGroupTaskAsync();
        Run first = await WaitAsync((await StartGroupAsync("here")).Runs.Single());
        Run second = await WaitAsync((await StartGroupAsync("HERE", "here")).Runs.Single());

        BackupOrder[] orders = [.. Agent.BackupOrders];
        Assert.Equal((RunState.Completed, RunState.Completed), (first.State, second.State));
        Assert.Null(orders[0].PreviousTree);
        Assert.NotNull(orders[1].PreviousTree);
        Assert.Equal(orders[0].State, orders[1].State);
    }

    [Fact]
    public async Task Member_whose_run_goes_on_is_left_out_and_the_others_start()
    {
        await CreateGroupTaskAsync();
        var began = new TaskCompletionSource();
        var go = new TaskCompletionSource();
        Agent.DuringBackup = async (_, _, _, token) =>
        {
            began.TrySetResult();
            await go.Task.WaitAsync(token);
        };
        Run first = (await StartGroupAsync("here")).Runs.Single();
        await began.Task.WaitAsync(Token);

        StartedTask again = await StartGroupAsync();

        Assert.Equal(["pc1", "pc2"], again.Runs.Select(run => run.Agent));
        Assert.Equal(["here TaskBusy", "pc3 AgentSuspended"], again.LeftOut.Select(agent => $"{agent.Agent} {agent.Reason.Code}"));
        go.SetResult();
        Assert.Equal(RunState.Completed, (await WaitAsync(first)).State);
    }

    [Fact]
    public async Task Start_window_spreads_the_runs_evenly_and_each_waits_for_its_part()
    {
        TimeSpan window = TimeSpan.FromHours(3);
        await CreateGroupTaskAsync(window: window);

        StartedTask started = await StartGroupAsync();
        Run[] byTime = [.. started.Runs.OrderBy(run => run.NotBefore)];

        Assert.All(byTime, run => Assert.Equal((RunState.Queued, RunWait.StartWindow), (run.State, run.WaitsFor)));
        for (int i = 0; i < byTime.Length; i++)
        {
            Assert.InRange(byTime[i].NotBefore!.Value - byTime[i].Created, window * i / 3, window * (i + 1) / 3);
        }

        Run stopped = await Local.Runs.StopAsync(new RunReference(byTime[0].Id), Token);
        Assert.Equal(RunState.Cancelled, stopped.State);
        await RestartAsync();
        Assert.Equal(2, await Server.Runs.ListAsync(new RunQuery { State = RunState.Interrupted }, Token).CountAsync(Token));
    }

    [Fact]
    public async Task What_cannot_be_a_task_of_a_group_is_refused()
    {
        await Local.AgentGroups.CreateAsync(new CreateAgentGroupRequest { Name = "off", Agents = ["pc1"] }, Token);
        await Local.AgentGroups.CreateAsync(new CreateAgentGroupRequest { Name = "empty" }, Token);
        await FailsAsync(ErrorCode.AgentGroupNotFound, () => CreateGroupTaskAsync("nobody"));
        Assert.True((await FailsAsync(ErrorCode.AgentGroupOffline, () => CreateGroupTaskAsync("off"))).IsTransient);
        await FailsAsync(ErrorCode.AgentGroupOffline, () => CreateGroupTaskAsync("empty"));
        await FailsAsync(ErrorCode.AgentGroupOffline, () => CreateAsync(GroupTask() with { Selection = new SourceSelection { Source = "nothing" } }));
        await FailsAsync(ErrorCode.SourceOptionInvalid, () => CreateAsync(WithOption(GroupTask(), "odd")));
        await FailsAsync(ErrorCode.InvalidArgument, () => CreateAsync(GroupTask() with { Agent = "here" }));
        await FailsAsync(ErrorCode.InvalidArgument, () => CreateAsync(Definition() with { StartWindow = TimeSpan.FromHours(1) }));
        await FailsAsync(ErrorCode.InvalidArgument, () => CreateGroupTaskAsync(window: TimeSpan.FromDays(8)));
        await FailsAsync(ErrorCode.InvalidArgument, () => CreateGroupTaskAsync(window: TimeSpan.FromTicks(-1)));
        Assert.Empty(await Local.Tasks.ListAsync(new TaskQuery(), Token).ToListAsync(Token));

        await CreateTaskAsync("single");
        await FailsAsync(ErrorCode.InvalidArgument, () => Local.Tasks.StartAsync(new StartTaskRequest { Name = "single", Agents = ["here"] }, Token));
    }

    [Fact]
    public async Task Group_that_lost_its_members_starts_nothing_and_one_that_a_task_names_stays()
    {
        await Local.AgentGroups.CreateAsync(new CreateAgentGroupRequest { Name = "one", Agents = ["here"] }, Token);
        await CreateGroupTaskAsync("one");
        await WaitAsync((await StartGroupAsync()).Runs.Single());

        await FailsAsync(ErrorCode.AgentNotInGroup, () => StartGroupAsync("pc1"));
        await Local.AgentGroups.UpdateAsync(new UpdateAgentGroupRequest { Name = "one", RemoveAgents = ["here"] }, Token);
        await FailsAsync(ErrorCode.AgentGroupEmpty, () => StartGroupAsync());
        await FailsAsync(ErrorCode.AgentGroupInUse, () => Local.AgentGroups.RemoveAsync(new AgentGroupReference("one"), Token));

        // Who left keeps what was backed up.
        Assert.Equal("here", (await Local.Snapshots.ListAsync(new SnapshotQuery(), Token).SingleAsync(Token)).Agent);
    }

    [Fact]
    public async Task Secrets_are_not_given_to_who_is_a_member_by_the_own_word_only()
    {
        await Local.AgentGroups.CreateAsync(new CreateAgentGroupRequest { Name = "tests", Rule = new AgentGroupRule { OperatingSystem = "Test" } }, Token);
        await CreateAsync(WithOption(GroupTask("tests"), "Password"));

        LeftOutAgent leftOut = Assert.Single((await StartGroupAsync()).LeftOut);
        Assert.Equal(("here", ErrorCode.AgentNotVouchedFor), (leftOut.Agent, leftOut.Reason.Code));
        Assert.Empty(Agent.BackupOrders);

        await Local.AgentGroups.UpdateAsync(new UpdateAgentGroupRequest { Name = "tests", AddAgents = ["here"] }, Token);
        Assert.Equal(RunState.Completed, (await WaitAsync((await StartGroupAsync()).Runs.Single())).State);
        Assert.Equal("secret", Assert.Single(Agent.BackupOrders).Selection.Options["Password"].GetString());
    }

    [Fact]
    public async Task Who_has_rights_for_a_member_sees_the_task_and_starts_it_for_that_member()
    {
        await CreateGroupTaskAsync();
        await Task.WhenAll((await StartGroupAsync()).Runs.Select(WaitAsync));
        await AddUserAsync("anna", new Grant { Role = Role.Operator, Agents = ["pc1"] });
        PanelConnection anna = await LogInAsync("anna");

        TaskInfo seen = await anna.Tasks.ListAsync(new TaskQuery(), Token).SingleAsync(Token);
        Assert.Equal(("docs", 0, true), (seen.Definition.Name, seen.LastRuns.Count, seen.LastRun is null or { Agent: "pc1" }));
        StartedTask started = await anna.Tasks.StartAsync(new StartTaskRequest { Name = "docs" }, Token);
        Assert.Equal(["pc1"], started.Runs.Select(run => run.Agent));
        Assert.Empty(started.LeftOut);
        await WaitAsync(started.Runs[0]);
        await FailsAsync(ErrorCode.AgentNotInGroup, () => anna.Tasks.StartAsync(new StartTaskRequest { Name = "docs", Agents = ["pc1", "here"] }, Token));
        await FailsAsync(ErrorCode.AccessRefused, () => anna.Tasks.UpdateAsync(new UpdateTaskRequest { Name = "docs", Description = "x" }, Token));
        await FailsAsync(ErrorCode.AccessRefused, () => anna.Tasks.RemoveAsync(new TaskReference("docs"), Token));
        await FailsAsync(ErrorCode.AgentGroupNotFound, () => anna.Tasks.CreateAsync(new CreateTaskRequest { Definition = GroupTask() with { Name = "more" } }, Token));
    }

    [Fact]
    public async Task Grant_for_the_group_itself_is_needed_to_make_and_change_its_tasks()
    {
        await CreateRepositoryAsync("other");
        await AddUserAsync("anna", new Grant { Role = Role.Operator, Groups = ["all"], Repositories = ["main"] });
        await AddUserAsync("bert", new Grant { Role = Role.Operator, Agents = ["here", "pc1", "pc2", "pc3"] });
        await AddUserAsync("carl", new Grant { Role = Role.Administrator, Repositories = ["other"] }, new Grant { Role = Role.Auditor, Agents = ["pc1"] });
        PanelConnection anna = await LogInAsync("anna");

        Assert.Equal("All", (await anna.Tasks.CreateAsync(new CreateTaskRequest { Definition = GroupTask() }, Token)).Definition.Group);
        Assert.Equal("x", (await anna.Tasks.UpdateAsync(new UpdateTaskRequest { Name = "docs", Description = "x", StartWindow = TimeSpan.FromHours(1) }, Token)).Definition.Description);
        Assert.Equal(3, (await anna.Tasks.StartAsync(new StartTaskRequest { Name = "docs" }, Token)).Runs.Count);
        await FailsAsync(ErrorCode.AgentGroupNotFound, () => anna.Tasks.UpdateAsync(new UpdateTaskRequest { Name = "docs", Repository = "other" }, Token));

        // All present members are not the group: tomorrow it has others.
        PanelConnection bert = await LogInAsync("bert");
        await FailsAsync(ErrorCode.AccessRefused, () => bert.Tasks.UpdateAsync(new UpdateTaskRequest { Name = "docs", Description = "y" }, Token));
        PanelConnection carl = await LogInAsync("carl");
        await FailsAsync(ErrorCode.AccessRefused, () => carl.Tasks.StartAsync(new StartTaskRequest { Name = "docs" }, Token));
        await FailsAsync(ErrorCode.AccessRefused, () => carl.Tasks.RemoveAsync(new TaskReference("docs"), Token));
    }

    private static TaskDefinition GroupTask(string group = "all", TimeSpan window = default) => Definition() with { Group = group, StartWindow = window };

    private static TaskDefinition WithOption(TaskDefinition task, string option) =>
        task with { Selection = task.Selection with { Options = new Dictionary<string, JsonElement> { [option] = JsonElement.Parse("\"secret\"") } } };

    private Task<TaskInfo> CreateAsync(TaskDefinition definition) => Local.Tasks.CreateAsync(new CreateTaskRequest { Definition = definition }, Token);

    private Task<TaskInfo> CreateGroupTaskAsync(string group = "all", TimeSpan window = default) => CreateAsync(GroupTask(group, window));

    private Task<StartedTask> StartGroupAsync(params string[] agents) => Local.Tasks.StartAsync(new StartTaskRequest { Name = "docs", Agents = agents.Length == 0 ? null : agents }, Token);
}
