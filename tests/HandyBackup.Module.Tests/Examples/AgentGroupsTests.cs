using System.Management.Automation;
using HandyBackup.Contracts;
using HandyBackup.Module.Tests.Hosting;

namespace HandyBackup.Module.Tests.Examples;

public sealed class AgentGroupsTests
{
    [Fact]
    public async Task What_is_missing_is_made_and_machines_that_were_not_backed_up_are_named()
    {
        await using Panel panel = await OpenAsync(groups: [], tasks: []);

        PSObject run = Assert.Single(await panel.OutputAsync(Script(panel)));

        Assert.Equal(("pc2", "Failed"), (run.Text("Agent"), run.Text("State")));
        CreateAgentGroupRequest group = panel.Server.Request<CreateAgentGroupRequest>("IAgentGroups.CreateAsync");
        Assert.Equal(("workstations", AgentKind.Workstation), (group.Name, group.Rule!.Kind));
        TaskDefinition task = panel.Server.Request<CreateTaskRequest>("ITasks.CreateAsync").Definition;
        Assert.Equal(("workstations", "workstations", "main", TimeSpan.FromHours(2)), (task.Name, task.Group, task.Repository, task.StartWindow));
        Assert.Equal(["/home"], task.Selection.Paths);
        Assert.Contains("2 machines will be backed up within 02:00:00.", panel.UI.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_there_is_used()
    {
        TaskInfo task = Samples.Task("workstations");
        await using Panel panel = await OpenAsync(
            groups: [Samples.AgentGroup("workstations")],
            tasks: [task with { Definition = task.Definition with { Agent = "", Group = "workstations" } }]);

        Assert.Single(await panel.OutputAsync(Script(panel)));

        Assert.Equal((0, 0, 1), (panel.Server.Count("IAgentGroups.CreateAsync"), panel.Server.Count("ITasks.CreateAsync"), panel.Server.Count("ITasks.StartAsync")));
    }

    private static async Task<Panel> OpenAsync(AgentGroupInfo[] groups, TaskInfo[] tasks)
    {
        Assert.SkipWhen(ModuleFolder.Sources is null, "The sources are not here.");
        Panel panel = await Panel.OpenAsync(connect: false);
        await panel.OutputAsync($". '{Path.Combine(ModuleFolder.Sources!, "module", "HandyBackup.Shell", "Everyday", "Everyday.ps1")}'");
        Run sound = Samples.Run(RunState.Completed) with { Id = Guid.NewGuid(), Agent = "pc1" };
        Run failed = Samples.Run(RunState.Failed) with { Id = Guid.NewGuid(), Agent = "pc2", Error = new ErrorInfo { Code = ErrorCode.AgentOffline, Message = "It is off." } };
        panel.Server.On("IAgentGroups.ListAsync", groups);
        panel.Server.On("IAgentGroups.CreateAsync", Samples.AgentGroup("workstations"));
        panel.Server.On("ITasks.ListAsync", tasks);
        panel.Server.On("ITasks.CreateAsync", Samples.Task("workstations"));
        panel.Server.On("ITasks.StartAsync", Samples.Started(sound, failed));
        panel.Server.On<RunQuery>("IRuns.ListAsync", query => new[] { query.Id == sound.Id ? sound : failed });
        panel.Server.On<RunReference>("IRuns.WatchAsync", run => new[] { run.Id == sound.Id ? sound : failed });
        return panel;
    }

    private static string Script(Panel panel) =>
        $"& '{Path.Combine(ModuleFolder.Sources!, "examples", "agent-groups.ps1")}' -Repository main -Path /home -DataPath '{panel.Server.DataPath}'";
}
