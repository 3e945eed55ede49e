using HandyBackup.Contracts;
using HandyBackup.EndToEnd.Tests.Hosting;
using HandyBackup.Rpc;

namespace HandyBackup.EndToEnd.Tests.Fleet.Kit;

/// <summary>What the tests of this folder ask of a server. A repository, and the task that backs an agent up into it, have the agent's name.</summary>
internal static class PanelCalls
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Makes a token for a number of agents.</summary>
    public static async Task<string> CreateTokenAsync(this PanelConnection panel, int uses = 1) =>
        (await panel.EnrollmentTokens.CreateAsync(new NewEnrollmentTokenRequest { Uses = uses }, Token)).Token.Value;

    /// <summary>Makes an empty repository in a folder.</summary>
    public static async Task CreateRepositoryAsync(this PanelConnection panel, string name, string folder)
    {
        await CheapRepository.CreateAsync(folder, formatVersion: 2);
        await panel.Repositories.ImportAsync(new ImportRepositoryRequest { Name = name, Path = folder, Password = new Secret { Value = ProductSession.Password } }, Token);
    }

    /// <summary>Makes the task that backs up folders of an agent.</summary>
    public static Task<TaskInfo> CreateTaskAsync(this PanelConnection panel, string agent, string repository, params string[] paths) => panel.Tasks.CreateAsync(
        new CreateTaskRequest
        {
            Definition = new TaskDefinition { Name = agent, Agent = agent, Repository = repository, Selection = new SourceSelection { Source = "Files", Paths = paths } },
        },
        Token);

    /// <summary>Begins a backup.</summary>
    public static async Task<Run> StartTaskAsync(this PanelConnection panel, string task) =>
        Assert.Single((await panel.Tasks.StartAsync(new StartTaskRequest { Name = task }, Token)).Runs);

    /// <summary>Begins to restore a whole snapshot of an agent below a folder of the same agent.</summary>
    public static Task<Run> StartRestoreAsync(this PanelConnection panel, Run backup, string destination) => panel.Items.StartRestoreAsync(
        new RestoreRequest
        {
            Snapshot = new SnapshotReference(backup.Repository, backup.SnapshotId!),
            Selections = [new RestoreSelection("", "")],
            Agent = backup.Agent,
            Destination = destination,
        },
        Token);

    /// <summary>A run as it is now.</summary>
    public static async Task<Run> FindAsync(this PanelConnection panel, Run run) => await panel.Runs.ListAsync(new RunQuery { Id = run.Id }, Token).SingleAsync(Token);

    /// <summary>Waits for the end of a run.</summary>
    public static async Task<Run> WaitAsync(this PanelConnection panel, Run run) => await panel.Runs.WatchAsync(new RunReference(run.Id), Token).LastAsync(Token);

    /// <summary>Waits for the end of a run, which must be complete success.</summary>
    public static async Task<Run> CompleteAsync(this PanelConnection panel, Run run)
    {
        Run ended = await panel.WaitAsync(run);
        Assert.True(ended.State == RunState.Completed, $"{ended.Kind} of {ended.Agent}: {ended.State}, {ended.Error?.Code} {ended.Error?.Message}\n{await panel.LogAsync(run)}");
        return ended;
    }

    /// <summary>Waits until a run has handled some bytes.</summary>
    public static async Task ReachAsync(this PanelConnection panel, Run run, long bytes)
    {
        Run now;
        while ((now = await panel.FindAsync(run)).Progress.Bytes < bytes)
        {
            Assert.True(now.State is RunState.Queued or RunState.Running, $"The run ended too early: {now.State}, {now.Error?.Code}");
            await Task.Delay(50, Token);
        }
    }

    /// <summary>The log of a run as text.</summary>
    public static async Task<string> LogAsync(this PanelConnection panel, Run run) =>
        string.Join('\n', await panel.Runs.GetLogAsync(new RunLogQuery { RunId = run.Id }, Token).Select(line => $"{line.Time:HH:mm:ss.fff} {line.Level} {line.Message}").ToListAsync(Token));

    /// <summary>An agent as the server knows it.</summary>
    public static Task<AgentInfo> FindAgentAsync(this PanelConnection panel, string name) => panel.Agents.ListAsync(new AgentQuery { Name = name }, Token).SingleAsync(Token).AsTask();

    /// <summary>Waits until an agent is connected, or is not.</summary>
    public static async Task WaitUntilAsync(this PanelConnection panel, string agent, bool isOnline)
    {
        while ((await panel.FindAgentAsync(agent)).IsOnline != isOnline)
        {
            await Task.Delay(20, Token);
        }
    }
}
