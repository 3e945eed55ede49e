using System.Net;
using System.Net.Sockets;
using HandyBackup.Contracts;
using HandyBackup.Rpc;
using HandyBackup.Rpc.Agents;
using HandyBackup.Server.Hosting;
using HandyBackup.Server.Tests.Fakes;
using HandyBackup.Server.Tests.Network.Kit;

namespace HandyBackup.Server.Tests.Network;

/// <summary>The whole server from its command line on, in this process, with an agent of another machine.</summary>
public sealed class ListeningProcessTests : IDisposable
{
    private readonly DataPath _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task Server_listens_where_its_command_line_says_beside_the_local_endpoint()
    {
        int port = FreePort();
        var address = new ServerAddress("localhost", port);
        using var stop = new CancellationTokenSource();
        using var errors = new StringWriter();
        Task<ServerExitCode> running = ServerProcess.RunAsync(
            ["--data-path", _data.Value, "--listen", $"127.0.0.1:{port}", "--name", "backup.example.org"], ServerComposition.StartAsync, errors, stop.Token);
        using PanelConnection panel = await ConnectAsync(running);
        NewEnrollmentToken token = await panel.EnrollmentTokens.CreateAsync(new NewEnrollmentTokenRequest { Note = "for a test" }, TestTimeout.Token);
        using FleetAgent agent = await FleetAgent.EnrollAsync(address, token.Token.Value);

        await using AgentConnection connection = await agent.ConnectAsync(address);
        bool isOnline = false;
        while (!isOnline)
        {
            isOnline = (await panel.ServerInfo.GetStatusAsync(TestTimeout.Token)).Agents == 1;
        }

        await stop.CancelAsync();
        Assert.Equal(ServerExitCode.Stopped, await running.WaitAsync(TestTimeout.Token));
        await connection.Ended.WaitAsync(TestTimeout.Token);
        Assert.Equal("", errors.ToString());
    }

    [Fact]
    public async Task Port_that_another_program_has_is_said_when_the_server_starts()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        using var errors = new StringWriter();

        ServerExitCode code = await ServerProcess.RunAsync(
            ["--data-path", _data.Value, "--listen", $"{other.LocalEndpoint}"], ServerComposition.StartAsync, errors, TestTimeout.Token);

        Assert.Equal(ServerExitCode.Failed, code);
        Assert.Equal(ErrorCode.ListenFailed, StartErrorFile.TryRead(_data.Value)?.Code);
        Assert.Contains($"cannot listen on {other.LocalEndpoint}", errors.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Name_that_no_certificate_can_hold_is_said_when_the_server_starts()
    {
        using var errors = new StringWriter();

        ServerExitCode code = await ServerProcess.RunAsync(
            ["--data-path", _data.Value, "--listen", "127.0.0.1:1", "--name", "back up"], ServerComposition.StartAsync, errors, TestTimeout.Token);

        Assert.Equal(ServerExitCode.Failed, code);
        Assert.Equal((ErrorCode.InvalidArgument, "back up"), (StartErrorFile.TryRead(_data.Value)?.Code, StartErrorFile.TryRead(_data.Value)?.Target));
    }

    private async Task<PanelConnection> ConnectAsync(Task<ServerExitCode> running)
    {
        CancellationToken limit = TestTimeout.Token;
        while (true)
        {
            try
            {
                return await PanelConnection.ConnectLocalAsync(_data.Value, TimeSpan.FromSeconds(20), limit);
            }
            catch (HandyBackupException exception) when (exception.Code == ErrorCode.ServerNotRunning && !running.IsCompleted)
            {
                await Task.Delay(10, limit);
            }
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
