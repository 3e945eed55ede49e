using HandyBackup.Contracts;
using HandyBackup.Rpc.Agents;
using HandyBackup.Server.Tests.Fakes;
using HandyBackup.Server.Tests.Network.Kit;
using HandyBackup.Testing;

namespace HandyBackup.Server.Tests.Network;

/// <summary>Backups and restores of a real agent over real TLS, whole and cut: nothing is lost, and nothing that arrived is sent again.</summary>
public sealed class RemoteRunTests : IDisposable
{
    private const int Files = 12;
    private const int FileSize = 4 * 1024 * 1024;
    private const long Content = (long)Files * FileSize;

    // What a cut may cost: what was on its way in the window of the run's channel, which is 8 MiB each way; questions, frames and handshakes come to a few hundred kilobytes.
    private const long InFlight = 9 * 1024 * 1024;

    // Files of this size keep what has arrived of them when a restore is cut.
    private const int LargeFiles = 8;
    private const int LargeFileSize = 12 * 1024 * 1024;
    private const long LargeContent = (long)LargeFiles * LargeFileSize;

    // In a restore sixteen blobs of a megabyte or so may have arrived and not be written yet, besides.
    private const long UnwrittenOrInFlight = 25 * 1024 * 1024;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_came_over_the_network_is_what_the_agent_had()
    {
        await using FleetServer server = await FleetServer.StartAsync(_folder.Combine("data"));
        using FleetAgent agent = await PrepareAsync(server);
        await using AgentConnection connection = await agent.ConnectAsync(server.Address);
        await server.WaitUntilAsync("box", isOnline: true);
        await server.CreateTaskAsync("box", _folder.Combine("source"));

        Run backup = await server.WaitAsync(await server.StartTaskAsync());
        Run restore = await server.WaitAsync(await StartRestoreAsync(server, backup));

        AssertCompleted(backup);
        AssertCompleted(restore);
        Assert.Equal(Content, backup.Progress.Bytes);
        FileTree.AssertEqual(_folder.Combine("source"), _folder.Combine("restored"));
        await JudgeAsync(backup);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(100_000)]
    [InlineData(7_000_000)]
    [InlineData(23_456_789)]
    [InlineData(49_000_000)]
    public async Task Backup_that_was_cut_goes_on_and_sends_nothing_twice(long cutAt)
    {
        await using FleetServer server = await FleetServer.StartAsync(_folder.Combine("data"));
        using FleetAgent agent = await PrepareAsync(server);
        await using TcpFaultProxy proxy = TcpFaultProxy.Start(server.EndPoint);
        await using var staying = new StayingAgent(agent, proxy);
        await server.WaitUntilAsync("box", isOnline: true);
        await server.CreateTaskAsync("box", _folder.Combine("source"));
        proxy.ToServer.CutAfter(cutAt);
        long before = proxy.ToServer.Passed;

        Run run = await server.WaitAsync(await server.StartTaskAsync());

        long sent = proxy.ToServer.Passed - before;
        AssertCompleted(run);
        Assert.True(proxy.ToServer.WasCut);
        Assert.Equal(2, proxy.Connections);
        Assert.InRange(sent, Content, Content + InFlight);
        TestContext.Current.TestOutputHelper!.WriteLine($"cut at {cutAt}: {sent - Content} bytes more than the content were sent");
        Assert.Equal(2, (await server.LogOfAsync(run)).Count(line => line.Message.Contains("'box'", StringComparison.Ordinal)));
        await JudgeAsync(run);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100_000)]
    [InlineData(7_000_000)]
    [InlineData(60_000_000)]
    [InlineData(99_000_000)]
    public async Task Restore_that_was_cut_goes_on_and_fetches_nothing_twice(long cutAt)
    {
        await using FleetServer server = await FleetServer.StartAsync(_folder.Combine("data"));
        using FleetAgent agent = await PrepareAsync(server, LargeFiles, LargeFileSize);
        await using TcpFaultProxy proxy = TcpFaultProxy.Start(server.EndPoint);
        await using var staying = new StayingAgent(agent, proxy);
        await server.WaitUntilAsync("box", isOnline: true);
        await server.CreateTaskAsync("box", _folder.Combine("source"));
        Run backup = await server.WaitAsync(await server.StartTaskAsync());
        AssertCompleted(backup);
        proxy.ToClient.CutAfter(cutAt);
        long before = proxy.ToClient.Passed;

        Run run = await server.WaitAsync(await StartRestoreAsync(server, backup));

        long sent = proxy.ToClient.Passed - before;
        AssertCompleted(run);
        Assert.True(proxy.ToClient.WasCut);
        Assert.Equal(2, proxy.Connections);
        Assert.InRange(sent, LargeContent, LargeContent + UnwrittenOrInFlight);
        TestContext.Current.TestOutputHelper!.WriteLine($"cut at {cutAt}: {sent - LargeContent} bytes more than the content were sent");
        FileTree.AssertEqual(_folder.Combine("source"), _folder.Combine("restored"));
    }

    [Fact]
    public async Task Run_whose_agent_does_not_come_back_fails_and_what_it_stored_is_used_by_the_next()
    {
        await using FleetServer server = await FleetServer.StartAsync(_folder.Combine("data"), new FleetServerOptions { ReturnLimit = TimeSpan.FromSeconds(1) });
        using FleetAgent agent = await PrepareAsync(server);
        await using TcpFaultProxy proxy = TcpFaultProxy.Start(server.EndPoint);
        await using var staying = new StayingAgent(agent, proxy);
        await server.WaitUntilAsync("box", isOnline: true);
        await server.CreateTaskAsync("box", _folder.Combine("source"));
        proxy.ToServer.CutAfter(30_000_000);
        Run started = await server.StartTaskAsync();
        CancellationToken limit = TestTimeout.Token;
        while (!proxy.ToServer.WasCut)
        {
            proxy.IsDown = proxy.ToServer.Passed > 1_000_000;
            await Task.Delay(1, limit);
        }

        Run failed = await server.WaitAsync(started);
        proxy.IsDown = false;
        await server.WaitUntilAsync("box", isOnline: true);
        long before = proxy.ToServer.Passed;
        Run next = await server.WaitAsync(await server.StartTaskAsync());

        Assert.Equal((RunState.Failed, ErrorCode.AgentOffline), (failed.State, failed.Error!.Code));
        AssertCompleted(next);
        Assert.InRange(proxy.ToServer.Passed - before, 1, Content - 30_000_000 + InFlight);
        await JudgeAsync(next);
    }

    [Fact]
    public async Task Run_that_waits_for_its_agent_can_be_stopped()
    {
        await using FleetServer server = await FleetServer.StartAsync(_folder.Combine("data"));
        using FleetAgent agent = await PrepareAsync(server);
        await using TcpFaultProxy proxy = TcpFaultProxy.Start(server.EndPoint);
        await using var staying = new StayingAgent(agent, proxy);
        await server.WaitUntilAsync("box", isOnline: true);
        await server.CreateTaskAsync("box", _folder.Combine("source"));
        proxy.ToServer.BytesPerSecond = 1_000_000;
        Run started = await server.StartTaskAsync();
        await Task.Delay(200, TestTimeout.Token);
        proxy.IsDown = true;
        proxy.CutAll();
        await server.WaitUntilAsync("box", isOnline: false);

        Run stopped = await server.Core.Runs.StopAsync(new RunReference(started.Id), TestTimeout.Token);

        Assert.Equal(RunState.Cancelled, stopped.State);
    }

    [Fact]
    public async Task Run_of_an_agent_that_is_suspended_ends_at_once()
    {
        await using FleetServer server = await FleetServer.StartAsync(_folder.Combine("data"));
        using FleetAgent agent = await PrepareAsync(server);
        await using TcpFaultProxy proxy = TcpFaultProxy.Start(server.EndPoint);
        await using var staying = new StayingAgent(agent, proxy);
        await server.WaitUntilAsync("box", isOnline: true);
        await server.CreateTaskAsync("box", _folder.Combine("source"));
        proxy.ToServer.BytesPerSecond = 1_000_000;
        Run started = await server.StartTaskAsync();
        await Task.Delay(200, TestTimeout.Token);

        await server.Core.Agents.SuspendAsync(new AgentReference("box"), TestTimeout.Token);
        Run ended = await server.WaitAsync(started).WaitAsync(TimeSpan.FromSeconds(10), TestTimeout.Token);

        Assert.Equal((RunState.Failed, ErrorCode.AgentSuspended), (ended.State, ended.Error!.Code));
    }

    [Fact]
    public async Task Agent_that_names_a_root_it_never_sent_makes_no_snapshot()
    {
        await using FleetServer server = await FleetServer.StartAsync(_folder.Combine("data"));
        using FleetAgent agent = await PrepareAsync(server);
        var liar = new LyingAgent(agent.Host);
        await using AgentConnection connection = await agent.ConnectAsync(server.Address, liar);
        await server.WaitUntilAsync("box", isOnline: true);
        await server.CreateTaskAsync("box", _folder.Combine("source"));

        Run run = await server.WaitAsync(await server.StartTaskAsync());

        Assert.Equal((RunState.Failed, ErrorCode.RootTreeMissing, null), (run.State, run.Error!.Code, run.SnapshotId));
    }

    private async Task<FleetAgent> PrepareAsync(FleetServer server, int files = Files, int size = FileSize)
    {
        FileTree.Create(_folder.Combine("source"), files, size);
        await server.CreateRepositoryAsync(_folder.Combine("main"));
        return await FleetAgent.EnrollAsync(server.Address, await server.CreateTokenAsync());
    }

    private Task<Run> StartRestoreAsync(FleetServer server, Run backup) => server.Core.Items.StartRestoreAsync(
        new RestoreRequest
        {
            Snapshot = new SnapshotReference(backup.Repository, backup.SnapshotId!),
            Selections = [new RestoreSelection(_folder.Combine("source")[1..], "")],
            Agent = "box",
            Destination = _folder.Combine("restored"),
        },
        TestTimeout.Token);

    private static void AssertCompleted(Run run) => Assert.True(run.State == RunState.Completed, $"{run.State}: {run.Error}");

    private async Task JudgeAsync(Run run)
    {
        ResticProgram restic = ResticProgram.OrSkip(_folder.Combine("main"), FleetServer.Password);
        (await restic.CheckAsync(readData: true, TestTimeout.Long)).Succeeded();
        (await restic.RestoreAsync(run.SnapshotId!, _folder.Combine("judged"), TestTimeout.Long)).Succeeded();
        FileTree.AssertEqual(_folder.Combine("source"), _folder.Combine("judged") + _folder.Combine("source"));
    }
}
