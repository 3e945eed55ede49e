using System.Diagnostics;
using HandyBackup.Contracts;
using HandyBackup.Rpc.Agents;
using HandyBackup.Rpc.Network;
using HandyBackup.Server.Tests.Fakes;
using HandyBackup.Server.Tests.Network.Kit;
using HandyBackup.Testing;
using static HandyBackup.Server.Tests.Network.Kit.ErrorAssert;

namespace HandyBackup.Server.Tests.Network;

/// <summary>Which agents a server works with, and how it ends it.</summary>
public sealed class AgentConnectionTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Agent_learns_its_kind_and_the_server_where_it_is()
    {
        await using FleetServer server = await FleetServer.StartAsync(_folder.Combine("data"));
        using FleetAgent agent = await FleetAgent.EnrollAsync(server.Address, await server.CreateTokenAsync(new NewEnrollmentTokenRequest { Kind = AgentKind.Server }));

        await using (AgentConnection connection = await agent.ConnectAsync(server.Address))
        {
            await server.WaitUntilAsync("box", isOnline: true);
            AgentInfo online = await server.GetAgentAsync("box");
            Assert.Equal(("box", AgentKind.Server), (connection.Server.Name, connection.Server.Kind));
            Assert.Equal(("127.0.0.1", Environment.MachineName), (online.LastAddress, online.Description.HostName));
            Assert.Equal(1, (await server.Core.ServerInfo.GetStatusAsync(TestTimeout.Token)).Agents);
            Assert.Equal(0, server.Door.Unauthenticated);
            await server.ListFilesAsync("box");
        }

        await server.WaitUntilAsync("box", isOnline: false);
        AgentInfo offline = await server.GetAgentAsync("box");
        Assert.Equal(("127.0.0.1", Environment.MachineName), (offline.LastAddress, offline.Description.HostName));
        Assert.NotNull(offline.LastSeen);
        await FailsAsync(ErrorCode.AgentOffline, () => server.ListFilesAsync("box"));
    }

    [Fact]
    public async Task Who_shows_no_certificate_is_told_so()
    {
        await using FleetServer server = await FleetServer.StartAsync(_folder.Combine("data"));
        using FleetAgent agent = await FleetAgent.EnrollAsync(server.Address, await server.CreateTokenAsync());

        await FailsAsync(ErrorCode.AgentCertificateMissing, () => agent.ConnectAsync(server.Address, agent.Options with { ClientCertificate = null }));

        Assert.False((await server.GetAgentAsync("box")).IsOnline);
    }

    [Fact]
    public async Task Agent_of_another_server_is_told_so()
    {
        await using FleetServer server = await FleetServer.StartAsync(_folder.Combine("data"));
        await using FleetServer other = await FleetServer.StartAsync(_folder.Combine("other"));
        using FleetAgent agent = await FleetAgent.EnrollAsync(server.Address, await server.CreateTokenAsync());
        using FleetAgent stranger = await FleetAgent.EnrollAsync(other.Address, await other.CreateTokenAsync());

        await FailsAsync(ErrorCode.AgentCertificateUntrusted, () => agent.ConnectAsync(server.Address, agent.Options with { ClientCertificate = stranger.Certificate }));

        Assert.False((await server.GetAgentAsync("box")).IsOnline);
    }

    [Fact]
    public async Task Server_shows_that_its_own_certificate_is_no_agents()
    {
        await using FleetServer server = await FleetServer.StartAsync(_folder.Combine("data"));
        using FleetAgent agent = await FleetAgent.EnrollAsync(server.Address, await server.CreateTokenAsync());

        await FailsAsync(
            ErrorCode.AgentCertificateWrongUse,
            () => agent.ConnectAsync(server.Address, agent.Options with { ClientCertificate = server.Core.FleetDoor!.ServerCertificate }));
    }

    [Fact]
    public async Task Expired_certificate_is_told_so()
    {
        var time = new AheadTimeProvider();
        await using FleetServer server = await FleetServer.StartAsync(_folder.Combine("data"), new FleetServerOptions { Time = time });
        using FleetAgent agent = await FleetAgent.EnrollAsync(server.Address, await server.CreateTokenAsync());
        time.Set = TimeSpan.FromDays(366);

        await FailsAsync(ErrorCode.AgentCertificateExpired, () => agent.ConnectAsync(server.Address, agent.Options with { Time = time }));
    }

    [Fact]
    public async Task Suspended_agent_is_cut_off_at_once_and_comes_back_when_resumed()
    {
        await using FleetServer server = await FleetServer.StartAsync(_folder.Combine("data"));
        using FleetAgent agent = await FleetAgent.EnrollAsync(server.Address, await server.CreateTokenAsync());
        await using AgentConnection connection = await agent.ConnectAsync(server.Address);
        await server.WaitUntilAsync("box", isOnline: true);

        var passed = Stopwatch.StartNew();
        AgentInfo suspended = await server.Core.Agents.SuspendAsync(new AgentReference("BOX"), TestTimeout.Token);
        await connection.Ended.WaitAsync(TestTimeout.Token);

        Assert.True(passed.Elapsed < TimeSpan.FromSeconds(3), $"The connection lived on for {passed.Elapsed}.");
        Assert.Equal(AgentStatus.Suspended, suspended.Status);
        await server.WaitUntilAsync("box", isOnline: false);
        await FailsAsync(ErrorCode.AgentSuspended, () => agent.ConnectAsync(server.Address));
        await FailsAsync(ErrorCode.AgentSuspended, () => server.ListFilesAsync("box"));

        await server.Core.Agents.ResumeAsync(new AgentReference("box"), TestTimeout.Token);
        await using AgentConnection again = await agent.ConnectAsync(server.Address);
        await server.WaitUntilAsync("box", isOnline: true);
    }

    [Fact]
    public async Task Removed_agent_is_cut_off_at_once_and_its_certificate_revoked()
    {
        await using FleetServer server = await FleetServer.StartAsync(_folder.Combine("data"));
        using FleetAgent agent = await FleetAgent.EnrollAsync(server.Address, await server.CreateTokenAsync());
        await using AgentConnection connection = await agent.ConnectAsync(server.Address);
        await server.WaitUntilAsync("box", isOnline: true);

        await server.Core.Agents.RemoveAsync(new RemoveAgentRequest { Agent = "box" }, TestTimeout.Token);

        await connection.Ended.WaitAsync(TestTimeout.Token);
        await FailsAsync(ErrorCode.AgentRevoked, () => agent.ConnectAsync(server.Address));
        await FailsAsync(ErrorCode.AgentNotFound, () => server.ListFilesAsync("box"));
        await FailsAsync(ErrorCode.AgentNotFound, () => server.Core.Agents.ApproveAsync(new AgentReference(agent.Id.ToString()), TestTimeout.Token));
    }

    [Fact]
    public async Task Newer_connection_replaces_the_older()
    {
        await using FleetServer server = await FleetServer.StartAsync(_folder.Combine("data"));
        using FleetAgent agent = await FleetAgent.EnrollAsync(server.Address, await server.CreateTokenAsync());
        await using AgentConnection older = await agent.ConnectAsync(server.Address);
        await server.WaitUntilAsync("box", isOnline: true);

        await using AgentConnection newer = await agent.ConnectAsync(server.Address);

        await older.Ended.WaitAsync(TestTimeout.Token);
        await server.ListFilesAsync("box");
        Assert.False(newer.Ended.IsCompleted);
        Assert.True((await server.GetAgentAsync("box")).IsOnline);
    }

    [Fact]
    public async Task Renewed_certificate_replaces_the_one_before_once_it_was_used()
    {
        await using FleetServer server = await FleetServer.StartAsync(_folder.Combine("data"));
        using FleetAgent agent = await FleetAgent.EnrollAsync(server.Address, await server.CreateTokenAsync());
        ServerTransportOptions before = agent.Options;
        await using (AgentConnection connection = await agent.ConnectAsync(server.Address))
        {
            await agent.RenewAsync(connection);
        }

        await using (AgentConnection stillGood = await agent.ConnectAsync(server.Address, before))
        {
            Assert.False(stillGood.Ended.IsCompleted);
        }

        await using (AgentConnection renewed = await agent.ConnectAsync(server.Address))
        {
            Assert.False(renewed.Ended.IsCompleted);
        }

        await FailsAsync(ErrorCode.AgentCertificateSuperseded, () => agent.ConnectAsync(server.Address, before));
    }

    [Fact]
    public async Task Workstation_is_given_no_work_for_servers()
    {
        await using FleetServer server = await FleetServer.StartAsync(_folder.Combine("data"));
        await server.CreateRepositoryAsync(_folder.Combine("main"));
        using FleetAgent workstation = await FleetAgent.EnrollAsync(server.Address, await server.CreateTokenAsync());
        await using AgentConnection connection = await workstation.ConnectAsync(server.Address);
        await server.WaitUntilAsync("box", isOnline: true);

        await FailsAsync(ErrorCode.AgentKindInsufficient, () => server.CreateTaskAsync("box", "postgres", "PostgreSql"));

        Assert.Equal(AgentKind.Workstation, connection.Server.Kind);
        await server.CreateTaskAsync("box", _folder.Path);
    }

    [Fact]
    public async Task Server_that_stops_ends_its_agents_connections()
    {
        FleetServer server = await FleetServer.StartAsync(_folder.Combine("data"));
        using FleetAgent agent = await FleetAgent.EnrollAsync(server.Address, await server.CreateTokenAsync());
        await using AgentConnection connection = await agent.ConnectAsync(server.Address);

        await server.DisposeAsync().AsTask().WaitAsync(TestTimeout.Token);

        await connection.Ended.WaitAsync(TestTimeout.Token);
    }
}
