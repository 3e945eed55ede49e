using System.Diagnostics;
using HandyBackup.Contracts;
using HandyBackup.EndToEnd.Tests.Fleet.Kit;
using HandyBackup.Testing;
using ResticProgram = HandyBackup.EndToEnd.Tests.Restic.ResticProgram;

namespace HandyBackup.EndToEnd.Tests.Fleet;

/// <summary>An agent is suspended or removed in the middle of its backup.</summary>
public sealed class ExcludedAgentTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory(Timeout = 120_000)]
    [InlineData(false, ErrorCode.AgentSuspended, ErrorCode.AgentSuspended)]
    [InlineData(true, ErrorCode.AgentNotFound, ErrorCode.AgentRevoked)]
    public async Task Excluded_agent_is_cut_off_at_once_and_asks_seldom(bool isRemoved, ErrorCode ofTheRun, ErrorCode ofTheAgent)
    {
        ResticProgram.SkipUnlessInstalled();
        await using FleetScene scene = await FleetScene.StartAsync();
        await using TcpFaultProxy proxy = TcpFaultProxy.Start(scene.Server.EndPoint);
        AgentProcess agent = await scene.AddAgentAsync("excluded", proxy.EndPoint);
        RandomTree.Write(scene.SourceOf(agent), files: 30, 1_000_000, seed: 4);
        proxy.ToServer.BytesPerSecond = 4_000_000;
        Run run = await scene.Panel.StartTaskAsync(agent.Name);
        await scene.Panel.ReachAsync(run, 10_000_000);

        await ExcludeAsync(scene, agent, isRemoved);
        var passed = Stopwatch.StartNew();
        while (agent.State == "Connected")
        {
            await Task.Delay(10, Token);
        }

        Assert.InRange(passed.Elapsed.TotalSeconds, 0, 1);
        Run ended = await scene.Panel.WaitAsync(run);
        Assert.Equal((RunState.Failed, ofTheRun), (ended.State, ended.Error?.Code));
        while (agent.Error != ofTheAgent.ToString())
        {
            await Task.Delay(10, Token);
        }

        // Once it knows that it is not wanted it waits for minutes.
        int connections = proxy.Connections;
        await Task.Delay(TimeSpan.FromSeconds(10), Token);
        Assert.Equal(("Refused", connections), (agent.State, proxy.Connections));
        Assert.Contains(agent.Log, line => line.Contains(ofTheAgent.ToString(), StringComparison.Ordinal));
        await scene.Panel.CompleteAsync(await scene.Panel.Repositories.StartCheckAsync(new CheckRepositoryRequest { Name = agent.Name, ReadData = true }, Token));
        await new ResticProgram(scene.RepositoryOf(agent)).CheckAsync();
    }

    private static async Task ExcludeAsync(FleetScene scene, AgentProcess agent, bool isRemoved)
    {
        if (isRemoved)
        {
            await scene.Panel.Agents.RemoveAsync(new RemoveAgentRequest { Agent = agent.Name, RemoveTasks = true }, Token);
        }
        else
        {
            await scene.Panel.Agents.SuspendAsync(new AgentReference(agent.Name), Token);
        }
    }
}
