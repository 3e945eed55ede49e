using System.Net;
using HandyBackup.Contracts;
using HandyBackup.EndToEnd.Tests.Hosting;
using HandyBackup.EndToEnd.Tests.Restic;
using HandyBackup.EndToEnd.Tests.Trees;
using HandyBackup.Rpc;

namespace HandyBackup.EndToEnd.Tests.Fleet.Kit;

/// <summary>A folder, a server in it, and its agents, each with a folder that it backs up into a repository of its own. At the end the logs of all are in the test's output.</summary>
internal sealed class FleetScene : IAsyncDisposable
{
    private const int MostLines = 60;

    private readonly List<AgentProcess> _agents = [];
    private readonly string _folder = Directory.CreateTempSubdirectory("hb-fleet-").FullName;

    private FleetScene(LabHost? host) => Server = new ServerProcess(
        In("data"), host is null ? new IPEndPoint(IPAddress.Loopback, LoopbackPort.Choose()) : new IPEndPoint(IPAddress.Parse(host.Address), ServerAddress.DefaultPort), host);

    /// <summary>The server.</summary>
    public ServerProcess Server { get; }

    /// <summary>The administrator's panel.</summary>
    public PanelConnection Panel => Server.Panel;

    /// <summary>The agents.</summary>
    public IReadOnlyList<AgentProcess> Agents => _agents;

    /// <summary>A scene with a server that runs.</summary>
    /// <param name="host">The machine that it runs on; null for this one.</param>
    public static async Task<FleetScene> StartAsync(LabHost? host = null)
    {
        var scene = new FleetScene(host);
        try
        {
            Say(FleetProgram.Origin);
            await scene.Server.StartAsync();
            return scene;
        }
        catch
        {
            await scene.DisposeAsync();
            throw;
        }
    }

    /// <summary>A path of the scene.</summary>
    public string In(string name) => Path.Join(_folder, name);

    /// <summary>The folder that an agent backs up.</summary>
    public string SourceOf(AgentProcess agent) => In($"{agent.Name}-source");

    /// <summary>The repository that it is backed up into.</summary>
    public string RepositoryOf(AgentProcess agent) => In($"{agent.Name}-repository");

    /// <summary>Where its restores go.</summary>
    public string RestoredOf(AgentProcess agent) => In($"{agent.Name}-restored");

    /// <summary>Adds an agent that is connected, and its task.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="via">Where it reaches the server; null for where the server listens.</param>
    /// <param name="host">The machine that it runs on; null for this one.</param>
    /// <param name="bandwidth">How much may travel each way, as the agent's settings say it; null for all that can.</param>
    public async Task<AgentProcess> AddAgentAsync(string name, IPEndPoint? via = null, LabHost? host = null, string? bandwidth = null)
    {
        AgentProcess agent = await ConnectAgentAsync(name, await Panel.CreateTokenAsync(), via, host, bandwidth);
        await Panel.WaitUntilAsync(name, isOnline: true);
        Directory.CreateDirectory(SourceOf(agent));
        await Panel.CreateRepositoryAsync(name, RepositoryOf(agent));
        await Panel.CreateTaskAsync(name, name, SourceOf(agent));
        return agent;
    }

    /// <summary>Adds an agent and starts it, without a task, and without waiting until it is connected.</summary>
    public async Task<AgentProcess> ConnectAgentAsync(string name, string token, IPEndPoint? via = null, LabHost? host = null, string? bandwidth = null)
    {
        var agent = new AgentProcess(name, In($"{name}-home"), host);
        _agents.Add(agent);
        await agent.EnrollAsync((via ?? Server.EndPoint).ToString(), token, bandwidth);
        agent.Start();
        return agent;
    }

    /// <summary>Has restic read all data of an agent's repository, and restore a backup: it must be what the agent has now.</summary>
    public async Task JudgeAsync(AgentProcess agent, Run backup)
    {
        // Any work of ours passes over the locks of a server that was killed and removes them; restic would wait for half an hour.
        await Panel.CompleteAsync(await Panel.Repositories.StartCheckAsync(new CheckRepositoryRequest { Name = agent.Name }, TestContext.Current.CancellationToken));
        var restic = new ResticProgram(RepositoryOf(agent));
        await restic.CheckAsync();
        string judged = In($"{agent.Name}-judged");
        await restic.RunAsync("restore", backup.SnapshotId!, "--target", judged);
        await TreeListing.AssertEqualAsync(SourceOf(agent), judged + SourceOf(agent));
        Directory.Delete(judged, recursive: true);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (AgentProcess agent in _agents)
        {
            await agent.DisposeAsync();
            Say($"{agent.Name}:\n{string.Join('\n', agent.Log.TakeLast(MostLines))}");
        }

        await Server.DisposeAsync();
        Say($"server:\n{string.Join('\n', Server.Log.TakeLast(MostLines))}");
        SystemProgram.DeleteTree(_folder);
    }

    private static void Say(string text) => TestContext.Current.TestOutputHelper?.WriteLine(text);
}
