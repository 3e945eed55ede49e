using System.Diagnostics;
using System.Text.RegularExpressions;
using HandyBackup.EndToEnd.Tests.Fleet.Kit;

namespace HandyBackup.EndToEnd.Tests.Fleet;

/// <summary>Many agents, each a process, and a server that is killed under them.</summary>
public sealed partial class RestartedServerTests
{
    private const int Agents = 20;

    // What says that the line or the server was away, and nothing worse.
    private static readonly string[] s_passing = ["ConnectionLost", "ServerUnreachable", "TimedOut"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = 240_000)]
    public async Task Twenty_agents_come_back_to_a_server_that_was_killed_and_know_no_error_but_passing_ones()
    {
        await using FleetScene scene = await FleetScene.StartAsync();
        string token = await scene.Panel.CreateTokenAsync(Agents);
        foreach (int number in Enumerable.Range(1, Agents))
        {
            await scene.ConnectAgentAsync($"agent{number:00}", token);
        }

        await WaitForAllAsync(scene);
        await scene.Server.KillAsync();
        await Task.Delay(TimeSpan.FromSeconds(2), Token);
        await scene.Server.StartAsync();
        var passed = Stopwatch.StartNew();
        await WaitForAllAsync(scene);
        TestContext.Current.TestOutputHelper?.WriteLine($"All were back {passed.Elapsed.TotalSeconds:0.0} s after the server was.");

        Assert.InRange(passed.Elapsed.TotalSeconds, 0, 60);
        foreach (AgentProcess agent in scene.Agents)
        {
            Assert.True(agent.IsRunning);
            string[] errors = [.. agent.Log.SelectMany(line => NotConnected().Matches(line)).Select(match => match.Groups[1].Value)];
            Assert.NotEmpty(errors);
            Assert.Empty(errors.Except(s_passing));
        }
    }

    [GeneratedRegex(@"Not connected \((\w+)\)")]
    private static partial Regex NotConnected();

    private static async Task WaitForAllAsync(FleetScene scene)
    {
        while ((await scene.Panel.ServerInfo.GetStatusAsync(Token)).Agents < Agents)
        {
            await Task.Delay(50, Token);
        }
    }
}
