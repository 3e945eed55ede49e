using System.Diagnostics;
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
    public async Task Thousand_half_open_connections_do_not_keep_an_agent_out()
    {
        var limits = new NetworkLimits { Handshake = TimeSpan.FromMinutes(10), Unauthenticated = 400, UnauthenticatedPerNetwork = 200 };
        await using FleetServer server = await FleetServer.StartAsync(_folder.Combine("data"), new FleetServerOptions { Limits = limits });
        using FleetAgent agent = await FleetAgent.EnrollAsync(server.Address, await server.CreateTokenAsync());
        var strangers = new List<Socket>();
        try
        {
            for (int i = 0; i < 1000; i++)
            {
                strangers.Add(await ConnectAsync(server));

                // Every other one begins what looks like a handshake and goes on no further.
                await strangers[^1].SendAsync(i % 2 == 0 ? new byte[] { 0x16, 0x03, 0x01, 0x02, 0x00 } : ReadOnlyMemory<byte>.Empty, TestTimeout.Token);
            }

            var passed = Stopwatch.StartNew();
            await using AgentConnection connection = await agent.ConnectAsync(server.Address);
            await server.WaitUntilAsync("box", isOnline: true);

            Assert.True(passed.Elapsed < TimeSpan.FromSeconds(5), $"The agent needed {passed.Elapsed}.");
            Assert.InRange(server.Door.Unauthenticated, 150, 200);
            Assert.False(connection.Ended.IsCompleted);
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

    private static async Task<Socket> ConnectAsync(FleetServer server)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
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
