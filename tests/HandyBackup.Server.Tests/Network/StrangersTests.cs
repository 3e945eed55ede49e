using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using HandyBackup.Rpc.Agents;
using HandyBackup.Server.Network;
using HandyBackup.Server.Tests.Fakes;
using HandyBackup.Server.Tests.Network.Kit;
using HandyBackup.Testing;

namespace HandyBackup.Server.Tests.Network;

/// <summary>People who connect and prove nothing: they cost little, go soon, and keep nobody out.</summary>
public sealed class StrangersTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Ten_thousand_half_open_connections_do_not_keep_an_agent_out()
    {
        var limits = new NetworkLimits { Handshake = TimeSpan.FromMinutes(10) };
        await using FleetServer server = await FleetServer.StartAsync(_folder.Combine("data"), new FleetServerOptions { Limits = limits });
        using FleetAgent agent = await FleetAgent.EnrollAsync(server.Address, await server.CreateTokenAsync());
        var strangers = new List<Socket>();
        try
        {
            for (int i = 0; i < 10_000; i++)
            {
                // Twelve networks, of which the first is the agent's, so that both limits are reached.
                strangers.Add(await ConnectAsync(server, IPAddress.Parse($"127.0.{i % 12}.1")));

                // Every other one begins what looks like a handshake and goes on no further.
                await strangers[^1].SendAsync(i % 2 == 0 ? new byte[] { 0x16, 0x03, 0x01, 0x02, 0x00 } : ReadOnlyMemory<byte>.Empty, TestTimeout.Token);
            }

            var passed = Stopwatch.StartNew();
            await using AgentConnection connection = await agent.ConnectAsync(server.Address);
            await server.WaitUntilAsync("box", isOnline: true);

            Assert.True(passed.Elapsed < TimeSpan.FromSeconds(5), $"The agent needed {passed.Elapsed}.");
            Assert.InRange(server.Door.Unauthenticated, limits.Unauthenticated - 100, limits.Unauthenticated);
            Assert.False(connection.Ended.IsCompleted);
        }
        finally
        {
            strangers.ForEach(socket => socket.Dispose());
        }
    }

    [Fact]
    public async Task One_network_alone_gets_no_more_than_its_share()
    {
        var limits = new NetworkLimits { Handshake = TimeSpan.FromMinutes(10), UnauthenticatedPerNetwork = 20 };
        await using FleetServer server = await FleetServer.StartAsync(_folder.Combine("data"), new FleetServerOptions { Limits = limits });
        var strangers = new List<Socket>();
        try
        {
            for (int i = 0; i < 100; i++)
            {
                strangers.Add(await ConnectAsync(server));
            }

            // The last ones may not have been accepted yet.
            while (strangers.Count(socket => socket.Poll(0, SelectMode.SelectRead)) < 80)
            {
                await Task.Delay(10, TestTimeout.Token);
            }

            Assert.Equal(20, server.Door.Unauthenticated);
        }
        finally
        {
            strangers.ForEach(socket => socket.Dispose());
        }
    }

    [Fact]
    public async Task Handshake_that_takes_too_long_is_ended()
    {
        var limits = new NetworkLimits { Handshake = TimeSpan.FromMilliseconds(300) };
        await using FleetServer server = await FleetServer.StartAsync(_folder.Combine("data"), new FleetServerOptions { Limits = limits });
        using Socket silent = await ConnectAsync(server);
        using Socket slow = await ConnectAsync(server);
        Task dripping = DripAsync(slow);

        Assert.True(await HasEndedAsync(silent));
        Assert.True(await HasEndedAsync(slow));
        await dripping;
        CancellationToken limit = TestTimeout.Token;
        while (server.Door.Unauthenticated > 0)
        {
            await Task.Delay(5, limit);
        }
    }

    [Fact]
    public async Task Garbage_instead_of_a_handshake_ends_its_own_connection_alone()
    {
        await using FleetServer server = await FleetServer.StartAsync(_folder.Combine("data"));
        using FleetAgent agent = await FleetAgent.EnrollAsync(server.Address, await server.CreateTokenAsync());
        await using AgentConnection connection = await agent.ConnectAsync(server.Address);
        await server.WaitUntilAsync("box", isOnline: true);
        var random = new Random(4);
        byte[] garbage = new byte[5000];
        for (int i = 0; i < 50; i++)
        {
            random.NextBytes(garbage);
            using Socket socket = await ConnectAsync(server);
            await socket.SendAsync(garbage, TestTimeout.Token);
            Assert.True(await HasEndedAsync(socket));
        }

        await server.ListFilesAsync("box");
        Assert.False(connection.Ended.IsCompleted);
    }

    private static async Task<Socket> ConnectAsync(FleetServer server, IPAddress? from = null)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Bind(new IPEndPoint(from ?? IPAddress.Loopback, 0));
        await socket.ConnectAsync(server.EndPoint, TestTimeout.Token);
        return socket;
    }

    private static async Task DripAsync(Socket socket)
    {
        try
        {
            for (int i = 0; i < 100; i++)
            {
                await socket.SendAsync(new byte[] { (byte)(i == 0 ? 0x16 : 0x03) }, TestTimeout.Token);
                await Task.Delay(50, TestTimeout.Token);
            }
        }
        catch (SocketException)
        {
            // The server has had enough, which is what the test is about.
        }
    }

    // An alert may come first.
    private static async Task<bool> HasEndedAsync(Socket socket)
    {
        try
        {
            byte[] buffer = new byte[1000];
            while (await socket.ReceiveAsync(buffer, TestTimeout.Token) > 0)
            {
            }

            return true;
        }
        catch (SocketException)
        {
            return true;
        }
    }
}
