using HandyBackup.Contracts;
using HandyBackup.Rpc.Agents;
using HandyBackup.Server.Tests.Fakes;
using HandyBackup.Server.Tests.Network.Kit;
using HandyBackup.Testing;

namespace HandyBackup.Server.Tests.Network;

/// <summary>Tasks on a group of real agents over real TLS.</summary>
public sealed class GroupTaskTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private readonly BackupCounter _all = new();
    private readonly Dictionary<string, CountedAgent> _agents = [];
    private readonly List<FleetAgent> _enrolled = [];
    private readonly List<AgentConnection> _connections = [];
    private FleetServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await FleetServer.StartAsync(_folder.Combine("data"));
        await _server.CreateRepositoryAsync(_folder.Combine("main"));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (AgentConnection connection in _connections)
        {
            await connection.DisposeAsync();
        }

        await _server.DisposeAsync();
        _enrolled.ForEach(agent => agent.Dispose());
        _folder.Dispose();
    }

    [Fact]
    public async Task Each_member_that_may_work_is_backed_up_by_itself_within_the_limits()
    {
        foreach (string name in new[] { "pc1", "pc2", "pc3", "pc4", "rack" })
        {
            await ConnectAsync(name);
        }

        await _server.Core.AgentGroups.CreateAsync(new CreateAgentGroupRequest { Name = "workstations", Rule = new AgentGroupRule { Name = "pc*", Kind = AgentKind.Workstation } }, TestTimeout.Token);
        await _server.Core.Agents.SuspendAsync(new AgentReference("pc3"), TestTimeout.Token);
        await _server.Core.Settings.SetRunLimitsAsync(new SetRunLimitsRequest { Total = 2, PerRepository = 2, PerAgent = 1 }, TestTimeout.Token);
        await CreateTaskAsync("docs");
        await CreateTaskAsync("more");

        StartedTask docs = await StartAsync("docs");
        StartedTask more = await StartAsync("more");
        Run[] runs = await Task.WhenAll(docs.Runs.Concat(more.Runs).Select(_server.WaitAsync));

        Assert.Equal(["pc1", "pc2", "pc4"], docs.Runs.Select(run => run.Agent));
        Assert.All([docs, more], started => Assert.Equal(("pc3", ErrorCode.AgentSuspended), (Assert.Single(started.LeftOut).Agent, started.LeftOut[0].Reason.Code)));
        Assert.All(runs, run => Assert.True(run.State == RunState.Completed, $"{run.Agent}: {run.State}: {run.Error}"));
        Assert.Equal((6, 2), (_all.Begun, _all.Most));
        Assert.All(docs.Runs, run => Assert.Equal((2, 1), (_agents[run.Agent!].Own.Begun, _agents[run.Agent!].Own.Most)));
        Assert.All(new[] { "pc3", "rack" }, name => Assert.Equal(0, _agents[name].Own.Begun));
        foreach (Run run in runs)
        {
            await AssertRestoresAsync(run);
        }

        ResticProgram restic = ResticProgram.OrSkip(_folder.Combine("main"), FleetServer.Password);
        (await restic.CheckAsync(readData: true, TestTimeout.Long)).Succeeded();
    }

    [Fact]
    public async Task Second_time_each_member_goes_on_from_its_own_snapshot()
    {
        await ConnectAsync("pc1");
        await ConnectAsync("pc2");
        await _server.Core.AgentGroups.CreateAsync(new CreateAgentGroupRequest { Name = "workstations", Agents = ["pc1", "pc2"] }, TestTimeout.Token);
        await CreateTaskAsync("docs");
        foreach (string name in new[] { "pc1", "pc2" })
        {
            Run first = Assert.Single((await StartAsync("docs", name)).Runs);
            Assert.Equal(RunState.Completed, (await _server.WaitAsync(first)).State);
        }

        // Both say that they are the same host, and read the same path: the second must not be given the tree of the first.
        Assert.All(_agents.Values, agent => Assert.Null(Assert.Single(agent.Orders).PreviousTree));
        File.WriteAllText(Path.Join(_folder.Combine("pc2"), "new"), "new");

        Run[] runs = await Task.WhenAll((await StartAsync("docs")).Runs.Select(_server.WaitAsync));

        Assert.Equal([("pc1", 0L, 4L), ("pc2", 1L, 5L)], runs.Select(run => (run.Agent!, run.Progress.NewFiles, run.Progress.UnchangedFiles)));
        Assert.All(runs, run => Assert.Equal(0, run.Progress.ChangedFiles));
        foreach (Run run in runs)
        {
            await AssertRestoresAsync(run);
        }
    }

    private async Task ConnectAsync(string name)
    {
        // Another number and size of files on each machine: what belongs to another is noticed.
        int number = _agents.Count + 4;
        string folder = _folder.Combine(name);
        FileTree.Create(folder, number, 10_000 * number);
        FleetAgent agent = await FleetAgent.EnrollAsync(_server.Address, await _server.CreateTokenAsync(), name);
        _enrolled.Add(agent);
        _agents[name] = new CountedAgent(agent.Host, folder, _all);
        _connections.Add(await agent.ConnectAsync(_server.Address, _agents[name]));
        await _server.WaitUntilAsync(name, isOnline: true);
    }

    private Task<TaskInfo> CreateTaskAsync(string name) => _server.Core.Tasks.CreateAsync(
        new CreateTaskRequest
        {
            Definition = new TaskDefinition
            {
                Name = name,
                Agent = "",
                Group = "workstations",
                Repository = "main",
                Selection = new SourceSelection { Source = "Files", Paths = ["/home"] },
            },
        },
        TestTimeout.Token);

    private Task<StartedTask> StartAsync(string task, params string[] members) =>
        _server.Core.Tasks.StartAsync(new StartTaskRequest { Name = task, Agents = members.Length == 0 ? null : members }, TestTimeout.Token);

    private async Task AssertRestoresAsync(Run backup)
    {
        string source = _folder.Combine(backup.Agent!);
        string destination = _folder.Combine($"restored {backup.Id}");
        Run restore = await _server.WaitAsync(await _server.Core.Items.StartRestoreAsync(
            new RestoreRequest
            {
                Snapshot = new SnapshotReference("main", backup.SnapshotId!),
                Selections = [new RestoreSelection(source[1..], "")],
                Agent = backup.Agent,
                Destination = destination,
            },
            TestTimeout.Token));
        Assert.True(restore.State == RunState.Completed, $"{restore.State}: {restore.Error}");
        FileTree.AssertEqual(source, destination);
    }
}
