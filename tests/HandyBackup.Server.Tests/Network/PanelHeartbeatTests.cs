using System.Diagnostics;
using HandyBackup.Contracts;
using HandyBackup.Rpc;
using HandyBackup.Rpc.Network;
using HandyBackup.Server.Tests.Fakes;
using HandyBackup.Server.Tests.Network.Kit;
using HandyBackup.Testing;
using static HandyBackup.Server.Tests.Network.Kit.ErrorAssert;

namespace HandyBackup.Server.Tests.Network;

/// <summary>A line goes dead without a word, as when a machine vanishes or sleeps: both ends notice, and nobody else is disturbed.</summary>
public sealed class PanelHeartbeatTests : IDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(20);

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Dead_line_is_noticed_by_both_ends_and_an_idle_one_is_left_alone()
    {
        var log = new RecordingLoggerFactory();
        await using FleetServer server = await FleetServer.StartAsync(_folder.Combine("data"), new FleetServerOptions { Log = log });
        await using TcpFaultProxy proxy = TcpFaultProxy.Start(server.EndPoint);
        var address = new ServerAddress("localhost", proxy.EndPoint.Port);
        Sha256Hash fingerprint = await RemotePanel.IdentifyAsync(address, s_limit, TestTimeout.Token);
        using PanelConnection idle = await RemotePanel.ConnectAsync(server.Address, fingerprint, null, s_limit, TestTimeout.Token);
        await using ServerTransport plain = await ServerTransport.ConnectAsync(server.Address, NetworkProtocol.Panel, new ServerTransportOptions(), TestTimeout.Token);
        using PanelConnection withoutHeart = await PanelConnection.ConnectAsync(plain.Stream, s_limit, TestTimeout.Token);
        using PanelConnection panel = await RemotePanel.ConnectAsync(address, fingerprint, null, s_limit, TestTimeout.Token);

        proxy.ToServer.Stall();
        proxy.ToClient.Stall();
        var silent = Stopwatch.StartNew();
        Task waiting = FailsAsync(ErrorCode.ConnectionLost, () => panel.ServerInfo.GetStatusAsync(TestTimeout.Long));
        await panel.Disconnected.WaitAsync(TestTimeout.Long);
        TimeSpan noticedByPanel = silent.Elapsed;
        while (!log.Lines.Any(line => line.Contains("of a panel at", StringComparison.Ordinal) && line.Contains("Nothing has arrived", StringComparison.Ordinal)))
        {
            await Task.Delay(20, TestTimeout.Long);
        }

        TimeSpan noticedByServer = silent.Elapsed;
        await waiting;

        // Nothing may be held for dead before its time; a busy machine may be late.
        TestContext.Current.SendDiagnosticMessage($"Noticed after {noticedByPanel.TotalSeconds:0.0} s by the panel and {noticedByServer.TotalSeconds:0.0} s by the server.");
        Assert.InRange(noticedByPanel.TotalSeconds, 14, 45);
        Assert.InRange(noticedByServer.TotalSeconds, 14, 45);
        Assert.False(idle.Disconnected.IsCompleted);
        Assert.False(withoutHeart.Disconnected.IsCompleted);
        await FailsAsync(ErrorCode.LoginNeeded, () => idle.ServerInfo.GetStatusAsync(TestTimeout.Token));
        await FailsAsync(ErrorCode.LoginNeeded, () => withoutHeart.ServerInfo.GetStatusAsync(TestTimeout.Token));
        await FailsAsync(ErrorCode.ConnectionLost, () => panel.ServerInfo.GetStatusAsync(TestTimeout.Token));

        proxy.ToServer.Resume();
        proxy.ToClient.Resume();
        using PanelConnection again = await RemotePanel.ConnectAsync(address, fingerprint, null, s_limit, TestTimeout.Token);
        await FailsAsync(ErrorCode.LoginNeeded, () => again.ServerInfo.GetStatusAsync(TestTimeout.Token));
    }
}
