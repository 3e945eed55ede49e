using System.Diagnostics;
using HandyBackup.Contracts;
using HandyBackup.EndToEnd.Tests.Fleet.Kit;
using HandyBackup.EndToEnd.Tests.Trees;
using HandyBackup.Testing;
using ResticProgram = HandyBackup.EndToEnd.Tests.Restic.ResticProgram;

namespace HandyBackup.EndToEnd.Tests.Fleet;

/// <summary>Both programs, with a line between them that is long, narrow, stalled or cut. Thousands of cuts are made by the sweep of HandyBackup.Server.Tests, inside one process.</summary>
public sealed class BadLineTests
{
    private const int FileSize = 1_000_000;

    // What a cut may cost: the window of the run's channel, which is 8 MiB, and some frames and handshakes.
    private const long InFlight = 9 * 1024 * 1024;

    // In a restore what had arrived and was not written yet is fetched again besides: sixteen blobs, and files that are not complete.
    private const long UnwrittenOrInFlight = 25 * 1024 * 1024;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    // The middle one of nine counts, since a busy machine may give none of the programs its turn; behind a full queue each would take seconds.
    [Fact(Timeout = 180_000)]
    public async Task Control_messages_pass_within_a_second_a_line_that_a_backup_fills()
    {
        ResticProgram.SkipUnlessInstalled();
        await using FleetScene scene = await FleetScene.StartAsync();
        await using TcpFaultProxy proxy = TcpFaultProxy.Start(scene.Server.EndPoint);
        AgentProcess agent = await scene.AddAgentAsync("narrow", proxy.EndPoint);
        RandomTree.Write(scene.SourceOf(agent), files: 50, FileSize, seed: 1);
        (proxy.ToServer.Delay, proxy.ToClient.Delay) = (TimeSpan.FromMilliseconds(40), TimeSpan.FromMilliseconds(40));
        proxy.ToServer.BytesPerSecond = 4_000_000;
        Run run = await scene.Panel.StartTaskAsync(agent.Name);
        await scene.Panel.ReachAsync(run, 1);

        var times = new List<double>();
        for (int call = 0; call < 9; call++)
        {
            var passed = Stopwatch.StartNew();
            Item[] items = await scene.Panel.Items.ListAsync(new ItemQuery { Agent = agent.Name, Path = scene.SourceOf(agent) }, Token).ToArrayAsync(Token);
            times.Add(passed.Elapsed.TotalSeconds);
            Assert.Equal(50, items.Length);
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"Listings took, in seconds: {string.Join(", ", times.Select(time => $"{time:0.00}"))}.");
        times.Sort();
        Assert.InRange(times[times.Count / 2], 0.08, 1);
        Assert.InRange(times[^1], 0.08, 3);
        Assert.Equal(RunState.Running, (await scene.Panel.FindAsync(run)).State);
        proxy.ToServer.BytesPerSecond = null;
        await scene.JudgeAsync(agent, await scene.Panel.CompleteAsync(run));
    }

    // Nobody is told that it is stalled, and only one way is: the agent hears its server all the time.
    [Fact(Timeout = 180_000)]
    public async Task Line_that_stalls_one_way_is_found_dead_and_the_backup_goes_on_when_it_flows_again()
    {
        ResticProgram.SkipUnlessInstalled();
        await using FleetScene scene = await FleetScene.StartAsync();
        await using TcpFaultProxy proxy = TcpFaultProxy.Start(scene.Server.EndPoint);
        AgentProcess agent = await scene.AddAgentAsync("stalled", proxy.EndPoint);
        RandomTree.Write(scene.SourceOf(agent), files: 40, FileSize, seed: 2);
        proxy.ToServer.BytesPerSecond = 10_000_000;
        long before = proxy.ToServer.Passed;
        Run run = await scene.Panel.StartTaskAsync(agent.Name);
        await scene.Panel.ReachAsync(run, 25 * FileSize);

        proxy.ToServer.Stall();
        await LineProof.AssertFoundDeadAsync(scene, agent);
        proxy.ToServer.Resume();

        Run ended = await scene.Panel.CompleteAsync(run);
        Assert.InRange(proxy.ToServer.Passed - before, 40 * FileSize, (40 * FileSize) + InFlight);
        await scene.JudgeAsync(agent, ended);
    }

    [Fact(Timeout = 180_000)]
    public async Task Cut_backup_and_cut_restore_go_on_by_themselves_and_send_nothing_that_had_arrived()
    {
        ResticProgram.SkipUnlessInstalled();
        await using FleetScene scene = await FleetScene.StartAsync();
        await using TcpFaultProxy proxy = TcpFaultProxy.Start(scene.Server.EndPoint);
        AgentProcess agent = await scene.AddAgentAsync("cut", proxy.EndPoint);
        const long Content = 60 * FileSize;
        RandomTree.Write(scene.SourceOf(agent), files: 4, 15 * FileSize, seed: 3);

        proxy.ToServer.CutAfter(50 * FileSize);
        long before = proxy.ToServer.Passed;
        Run backup = await scene.Panel.CompleteAsync(await scene.Panel.StartTaskAsync(agent.Name));
        Assert.True(proxy.ToServer.WasCut);
        Assert.InRange(proxy.ToServer.Passed - before, Content, Content + InFlight);

        proxy.ToClient.CutAfter(50 * FileSize);
        before = proxy.ToClient.Passed;
        await scene.Panel.CompleteAsync(await scene.Panel.StartRestoreAsync(backup, scene.RestoredOf(agent)));
        Assert.True(proxy.ToClient.WasCut);
        Assert.InRange(proxy.ToClient.Passed - before, Content, Content + UnwrittenOrInFlight);
        await TreeListing.AssertEqualAsync(scene.SourceOf(agent), scene.RestoredOf(agent) + scene.SourceOf(agent));
        await scene.JudgeAsync(agent, backup);
    }
}
