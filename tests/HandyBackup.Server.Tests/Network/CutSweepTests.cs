using System.Security.Cryptography;
using HandyBackup.Contracts;
using HandyBackup.Rpc.Agents;
using HandyBackup.Rpc.Enrollment;
using HandyBackup.Rpc.Network;
using HandyBackup.Server.Tests.Fakes;
using HandyBackup.Server.Tests.Network.Kit;
using HandyBackup.Testing;

namespace HandyBackup.Server.Tests.Network;

/// <summary>Connections that are cut at any byte, either way: enrolment, hello, backup and restore. Seeds choose the bytes; docs/design/proof.md says how many.</summary>
public sealed class CutSweepTests : IDisposable
{
    // Less than a hello or an enrolment takes, handshake included, so that each cut meets one.
    private const int Greeting = 2_500;

    // What a cut may cost: what was on its way in the window of the run's channel, which is 8 MiB each way; questions, frames and handshakes come to a few hundred kilobytes.
    private const long InFlight = 9 * 1024 * 1024;

    // In a restore sixteen blobs of a megabyte or so may have arrived and not be written yet, and the files that are smaller than 8 MiB begin again.
    private const long UnwrittenOrInFlight = 25 * 1024 * 1024;

    private const int MostCuts = 3;

    // What says that the line is at fault, or the server away: whoever gets it tries again.
    private static readonly ErrorCode[] s_transient = [ErrorCode.ServerUnreachable, ErrorCode.ConnectionLost, ErrorCode.TimedOut];

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact(Timeout = 7_200_000)]
    public async Task Enrolment_that_is_cut_is_told_as_transient_and_counts_at_most_once()
    {
        await using FleetServer server = await FleetServer.StartAsync(_folder.Combine("data"));
        string token = await server.CreateTokenAsync(new NewEnrollmentTokenRequest { Uses = 100_000 });
        await using TcpFaultProxy proxy = TcpFaultProxy.Start(server.EndPoint);
        int told = 0;

        await ProofRun.RunAsync("enrolment-cuts", everyday: 3, integration: 8, async seed =>
        {
            Cut(proxy, new Random(seed));
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            told += await TryAsync(() => EnrollmentClient.EnrollAsync(Through(proxy), FleetAgent.Request(token, $"box{seed}", key), new ServerTransportOptions(), TestTimeout.Token)) ? 1 : 0;
        });

        // An answer may have been lost on its way: then there is an agent that nobody is, and the token was used for it.
        int agents = await server.Core.Agents.ListAsync(new AgentQuery { Name = "box*" }, TestTimeout.Token).CountAsync(TestTimeout.Token);
        EnrollmentTokenInfo info = await server.Core.EnrollmentTokens.ListAsync(TestTimeout.Token).SingleAsync(TestTimeout.Token);
        Assert.True(agents >= told, $"{told} were told that they are agents, and the server knows {agents}.");
        Assert.Equal(100_000 - agents, info.Remaining);
        using FleetAgent whole = await FleetAgent.EnrollAsync(server.Address, token, "whole");
        Assert.Equal(AgentStatus.Approved, whole.Status);
    }

    [Fact(Timeout = 7_200_000)]
    public async Task Hello_that_is_cut_is_told_as_transient_and_the_next_one_is_served()
    {
        await using FleetServer server = await FleetServer.StartAsync(_folder.Combine("data"));
        using FleetAgent agent = await FleetAgent.EnrollAsync(server.Address, await server.CreateTokenAsync());
        await using TcpFaultProxy proxy = TcpFaultProxy.Start(server.EndPoint);

        await ProofRun.RunAsync("hello-cuts", everyday: 3, integration: 8, async seed =>
        {
            Cut(proxy, new Random(seed));
            await TryAsync(async () => await (await agent.ConnectAsync(Through(proxy))).DisposeAsync());
        });

        await using AgentConnection connection = await agent.ConnectAsync(server.Address);
        await server.WaitUntilAsync("box", isOnline: true);
        Assert.Equal(0, server.Door.Unauthenticated);
    }

    [Fact(Timeout = 7_200_000)]
    public async Task Runs_that_are_cut_lose_nothing_and_send_nothing_twice()
    {
        await using FleetServer server = await FleetServer.StartAsync(_folder.Combine("data"));
        await server.CreateRepositoryAsync(_folder.Combine("main"));
        using FleetAgent agent = await FleetAgent.EnrollAsync(server.Address, await server.CreateTokenAsync());
        await using TcpFaultProxy proxy = TcpFaultProxy.Start(server.EndPoint);
        await using var staying = new StayingAgent(agent, proxy);
        await server.WaitUntilAsync("box", isOnline: true);
        await server.CreateTaskAsync("box", _folder.Combine("source"));
        Run? last = null;

        await ProofRun.RunAsync("cuts", everyday: 12, integration: 30, async seed => last = await ProveAsync(server, proxy, seed));

        ResticProgram restic = ResticProgram.OrSkip(_folder.Combine("main"), FleetServer.Password);
        (await restic.CheckAsync(readData: true, TestTimeout.Long)).Succeeded();
        (await restic.RestoreAsync(last!.SnapshotId!, _folder.Combine("judged"), TestTimeout.Long)).Succeeded();
        FileTree.AssertEqual(_folder.Combine("source"), _folder.Combine("judged") + _folder.Combine("source"));
    }

    // Many small files or few large ones, of content that the repository does not have.
    private async Task<Run> ProveAsync(FleetServer server, TcpFaultProxy proxy, int seed)
    {
        var random = new Random(seed);
        (int files, int size) = random.Next(2) == 0 ? (200, 100_000) : (3, 12_000_000);
        long content = (long)files * size;
        Delete("source");
        Delete("restored");
        FileTree.Create(_folder.Combine("source"), files, size, seed);

        (Run backup, long sent, int cuts) = await CutAsync(server, proxy, proxy.ToServer, random, content, server.StartTaskAsync);
        Assert.InRange(sent, content, Whole(content) + (cuts * InFlight));
        (_, long received, cuts) = await CutAsync(server, proxy, proxy.ToClient, random, content, () => StartRestoreAsync(server, backup));
        Assert.InRange(received, content, Whole(content) + (cuts * UnwrittenOrInFlight));
        FileTree.AssertEqual(_folder.Combine("source"), _folder.Combine("restored"));
        return backup;
    }

    // What a run without a cut takes: headers of frames and TLS, questions, trees and heartbeats besides the content.
    private static long Whole(long content) => content + (content / 50) + 500_000;

    // Cuts one time after the other, most of them where the content passes and some of them the other way.
    private static async Task<(Run Run, long Bytes, int Cuts)> CutAsync(
        FleetServer server, TcpFaultProxy proxy, ProxyDirection direction, Random random, long content, Func<Task<Run>> start)
    {
        (long bytes, int connections) = (direction.Passed, proxy.Connections);
        Task<Run> ending = server.WaitAsync(await start());
        for (int cut = random.Next(1, MostCuts + 1); cut > 0 && !ending.IsCompleted; cut--)
        {
            bool isOther = random.Next(4) == 0;
            ProxyDirection where = !isOther ? direction : direction == proxy.ToServer ? proxy.ToClient : proxy.ToServer;
            where.CutAfter(isOther ? random.Next(20_000) : random.NextInt64(content));
            while (!where.WasCut && !ending.IsCompleted)
            {
                await Task.Delay(5, TestTimeout.Token);
            }

            // One that was not made must not meet what comes next.
            where.CutAfter(long.MaxValue / 2);
        }

        Run run = await ending;
        Assert.True(run.State == RunState.Completed, $"{run.Kind}: {run.State}, {run.Error?.Code} {run.Error?.Message}");
        return (run, direction.Passed - bytes, proxy.Connections - connections);
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

    private static ServerAddress Through(TcpFaultProxy proxy) => new("localhost", proxy.EndPoint.Port);

    private static void Cut(TcpFaultProxy proxy, Random random)
    {
        proxy.ToServer.CutAfter(long.MaxValue / 2);
        proxy.ToClient.CutAfter(long.MaxValue / 2);
        (random.Next(2) == 0 ? proxy.ToServer : proxy.ToClient).CutAfter(random.Next(Greeting));
    }

    private static async Task<bool> TryAsync(Func<Task> action)
    {
        try
        {
            await action();
            return true;
        }
        catch (HandyBackupException exception)
        {
            Assert.True(exception.IsTransient && s_transient.Contains(exception.Code), exception.ToString());
            return false;
        }
    }

    private void Delete(string name)
    {
        if (Directory.Exists(_folder.Combine(name)))
        {
            Directory.Delete(_folder.Combine(name), recursive: true);
        }
    }
}
