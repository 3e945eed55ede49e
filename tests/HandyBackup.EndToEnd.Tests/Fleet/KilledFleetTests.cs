using System.Globalization;
using HandyBackup.Contracts;
using HandyBackup.EndToEnd.Tests.Fleet.Kit;
using HandyBackup.EndToEnd.Tests.Trees;
using HandyBackup.Testing;
using ResticProgram = HandyBackup.EndToEnd.Tests.Restic.ResticProgram;

namespace HandyBackup.EndToEnd.Tests.Fleet;

/// <summary>
/// Server or agent are killed at random moments of backups and restores over the network. A run whose agent was killed goes on by itself; one whose server was killed is
/// interrupted, and is started again. After each, restic and a comparison of bytes agree, and nothing unfinished lies about.
/// </summary>
public sealed class KilledFleetTests
{
    private const int Files = 24;
    private const int FileSize = 1_000_000;

    // If too few signals met a run, more of them are sent.
    private const int MostRounds = 4;

    private readonly Dictionary<RunKind, TimeSpan> _durations = [];

    private int _struck;

    private static int Kills => ProofRun.Times(everyday: 4, integration: 8, stress: 200);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = 7_200_000)]
    public Task Whoever_is_killed_at_whatever_moment_nothing_is_lost()
    {
        ResticProgram.SkipUnlessInstalled();

        // One seed is enough: the machine chooses the moments.
        return ProofRun.RunAsync("fleet-kill", everyday: 0, integration: 0, ProveAsync);
    }

    private async Task ProveAsync(int seed)
    {
        var random = new Random(seed);
        await using FleetScene scene = await FleetScene.StartAsync();
        AgentProcess agent = await scene.AddAgentAsync("killed");
        int kills = 0;
        for (; kills < Kills || (kills < Kills * MostRounds && _struck <= Kills / 4); kills += 2)
        {
            bool isServer = kills % 4 == 0;
            RandomTree.Write(scene.SourceOf(agent), Files, FileSize, random.Next());
            Run backup = await RunAsync(scene, agent, isServer, random, () => scene.Panel.StartTaskAsync(agent.Name));
            Run restore = await RunAsync(scene, agent, !isServer, random, () => scene.Panel.StartRestoreAsync(backup, scene.RestoredOf(agent)));
            await TreeListing.AssertEqualAsync(scene.SourceOf(agent), scene.RestoredOf(agent) + scene.SourceOf(agent));
            await scene.JudgeAsync(agent, backup);
            Assert.Equal(backup.SnapshotId, restore.SnapshotId);
            AssertNothingUnfinished(scene, agent);
        }

        Assert.True(_struck > Kills / 4, string.Create(CultureInfo.InvariantCulture, $"Only {_struck} of {kills} kills met a run."));
        TestContext.Current.TestOutputHelper?.WriteLine($"{_struck} of {kills} kills met a run.");
    }

    // Runs something during which one end is killed and started again, until it has succeeded.
    private async Task<Run> RunAsync(FleetScene scene, AgentProcess agent, bool isServer, Random random, Func<Task<Run>> start)
    {
        Run run = await start();
        TimeSpan usual = _durations.GetValueOrDefault(run.Kind, TimeSpan.FromMilliseconds(600));
        await Task.Delay(usual * random.NextDouble(), Token);
        bool isStruck = (await scene.Panel.FindAsync(run)).State is RunState.Queued or RunState.Running;

        // A little longer each time, until it is too long.
        _durations[run.Kind] = isStruck ? usual * 1.3 : usual * 0.8;
        _struck += isStruck ? 1 : 0;
        if (!isServer)
        {
            await agent.KillAsync();
            await scene.Panel.WaitUntilAsync(agent.Name, isOnline: false);
            agent.Start();

            // A run that had ended before the signal came does not wait for the agent; the next one needs it.
            await scene.Panel.WaitUntilAsync(agent.Name, isOnline: true);
            return await scene.Panel.CompleteAsync(run);
        }

        await scene.Server.KillAsync();
        await scene.Server.StartAsync();
        await scene.Panel.WaitUntilAsync(agent.Name, isOnline: true);
        Run found = await scene.Panel.FindAsync(run);
        Assert.True(found.State is RunState.Completed or RunState.Interrupted, $"The run of the server that was killed is {found.State}.");
        return found.State == RunState.Completed ? found : await scene.Panel.CompleteAsync(await start());
    }

    // Where the product writes files under another name first.
    private static void AssertNothingUnfinished(FleetScene scene, AgentProcess agent)
    {
        foreach (string folder in new[] { agent.Home, scene.RepositoryOf(agent), scene.RestoredOf(agent) })
        {
            Assert.DoesNotContain(Directory.GetFiles(folder, "*", SearchOption.AllDirectories), file => file.EndsWith(".new", StringComparison.Ordinal) || file.Contains(".tmp", StringComparison.Ordinal));
        }
    }
}
