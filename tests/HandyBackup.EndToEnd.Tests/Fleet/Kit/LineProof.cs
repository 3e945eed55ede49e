using System.Diagnostics;
using HandyBackup.Contracts;

namespace HandyBackup.EndToEnd.Tests.Fleet.Kit;

/// <summary>A backup of ten seconds over the line of an agent's own machine, in whose middle something happens to the line: it goes on by itself, loses nothing and sends nothing again.</summary>
internal static class LineProof
{
    // Ten seconds for a backup, so that it has a middle.
    private const string Bandwidth = "6MB/s";

    private const int Files = 60;
    private const int FileSize = 1_000_000;
    private const long Content = (long)Files * FileSize;

    // More than may be lost, so that an agent which began again from the start would be found out.
    private const long Middle = 40_000_000;

    // What a broken line may cost: the window of the run's channel, which is 8 MiB, and what the systems at both ends had taken and not delivered.
    private const long InFlight = 12 * 1024 * 1024;

    // Headers of Ethernet, IP, TCP and TLS, questions, answers and heartbeats.
    private const double Overhead = 1.06;

    private static readonly TimeSpan s_deathLimit = TimeSpan.FromSeconds(30);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Adds an agent on a machine of its own, with something to back up.</summary>
    public static async Task<AgentProcess> AddAgentAsync(FleetScene scene, NetworkLab lab, string name)
    {
        AgentProcess agent = await scene.AddAgentAsync(name, host: await lab.AddHostAsync(name), bandwidth: Bandwidth);
        RandomTree.Write(scene.SourceOf(agent), Files, FileSize, Random.Shared.Next());
        return agent;
    }

    /// <summary>Proves it.</summary>
    /// <param name="scene">The scene.</param>
    /// <param name="agent">An agent on a machine of its own.</param>
    /// <param name="disturb">Does something to the line.</param>
    /// <param name="start">Begins the backup; null for the panel of the scene.</param>
    public static async Task RunAsync(FleetScene scene, AgentProcess agent, Func<Task> disturb, Func<Task<Run>>? start = null)
    {
        long before = await agent.Host.CountSentAsync();
        Run run = await (start is null ? scene.Panel.StartTaskAsync(agent.Name) : start());
        await scene.Panel.ReachAsync(run, Middle);

        await disturb();

        DateTimeOffset over = TimeProvider.System.GetUtcNow();
        Run ended = await scene.Panel.CompleteAsync(run);
        Assert.True(ended.Ended > over, "The backup had ended before the line was whole again.");
        long sent = await agent.Host.CountSentAsync() - before;
        TestContext.Current.TestOutputHelper?.WriteLine($"{agent.Name}: {sent} bytes were sent for {Content}.\n{await scene.Panel.LogAsync(run)}");
        Assert.InRange(sent, Content, (long)(Content * Overhead) + InFlight);
        await scene.JudgeAsync(agent, ended);
    }

    /// <summary>Waits until both ends have noticed that the line is dead, which must be soon. To be called when it has just died.</summary>
    public static async Task AssertFoundDeadAsync(FleetScene scene, AgentProcess agent)
    {
        var passed = Stopwatch.StartNew();
        TimeSpan? byServer = null;
        TimeSpan? byAgent = null;
        while (byServer is null || byAgent is null)
        {
            byServer ??= (await scene.Panel.FindAgentAsync(agent.Name)).IsOnline ? null : passed.Elapsed;
            byAgent ??= agent.State == "Connected" ? null : passed.Elapsed;
            Assert.True(passed.Elapsed < s_deathLimit, $"The line of {agent.Name} has been dead for {passed.Elapsed}; server {byServer}, agent {byAgent}.");
            await Task.Delay(50, Token);
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{agent.Name}: dead to the server after {byServer}, to the agent after {byAgent}.");
    }
}
