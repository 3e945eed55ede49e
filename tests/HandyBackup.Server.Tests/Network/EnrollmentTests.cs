using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using HandyBackup.Contracts;
using HandyBackup.Rpc.Agents;
using HandyBackup.Rpc.Enrollment;
using HandyBackup.Rpc.Network;
using HandyBackup.Server.Tests.Fakes;
using HandyBackup.Server.Tests.Network.Kit;
using HandyBackup.Testing;
using static HandyBackup.Server.Tests.Network.Kit.ErrorAssert;

namespace HandyBackup.Server.Tests.Network;

/// <summary>How a machine becomes an agent over the network, and who is shown its token.</summary>
public sealed class EnrollmentTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Machine_becomes_an_agent_that_the_server_lists()
    {
        await using FleetServer server = await FleetServer.StartAsync(_folder.Combine("data"));
        await server.Core.AgentGroups.CreateAsync(new CreateAgentGroupRequest { Name = "databases" }, TestTimeout.Token);
        string token = await server.CreateTokenAsync(new NewEnrollmentTokenRequest { Kind = AgentKind.Server, Group = "databases" });

        using FleetAgent agent = await FleetAgent.EnrollAsync(server.Address, token, "db1");

        AgentInfo listed = await server.GetAgentAsync("db1");
        Assert.Equal((agent.Id, AgentKind.Server, AgentStatus.Approved, "databases"), (listed.Id, listed.Kind, listed.Status, Assert.Single(listed.Groups)));
        Assert.Equal((false, false, null), (listed.IsOnline, listed.IsEmbedded, listed.LastSeen));
        Assert.Equal(AgentStatus.Approved, agent.Status);
        await FailsAsync(ErrorCode.AgentOffline, () => server.ListFilesAsync("db1"));
    }

    [Fact]
    public async Task Used_up_token_is_refused()
    {
        await using FleetServer server = await FleetServer.StartAsync(_folder.Combine("data"));
        string token = await server.CreateTokenAsync();
        using FleetAgent first = await FleetAgent.EnrollAsync(server.Address, token, "one");

        await FailsAsync(ErrorCode.EnrollmentRefused, () => FleetAgent.EnrollAsync(server.Address, token, "two"));
    }

    [Fact]
    public async Task Token_of_another_server_is_not_shown()
    {
        var log = new RecordingLoggerFactory();
        await using FleetServer server = await FleetServer.StartAsync(_folder.Combine("data"));
        await using FleetServer other = await FleetServer.StartAsync(_folder.Combine("other"), new FleetServerOptions { Log = log });
        string token = await server.CreateTokenAsync();

        await FailsAsync(ErrorCode.EnrollmentServerMismatch, () => FleetAgent.EnrollAsync(other.Address, token));

        Assert.DoesNotContain(log.Lines, line => line.StartsWith("1502 ", StringComparison.Ordinal));
        using FleetAgent agent = await FleetAgent.EnrollAsync(server.Address, token);
    }

    [Fact]
    public async Task Somebody_in_between_who_shows_the_right_authority_is_not_shown_the_token()
    {
        await using FleetServer server = await FleetServer.StartAsync(_folder.Combine("data"));
        await using FleetServer other = await FleetServer.StartAsync(_folder.Combine("other"));
        byte[] authority = await GetAuthorityAsync(server);
        var impostor = new Impostor(authority);
        using var between = new PlainServer(stream => ServeAsync(stream, other.Core.FleetDoor!.ServerCertificate, impostor));

        await FailsAsync(ErrorCode.ServerCertificateUntrusted, async () => await FleetAgent.EnrollAsync(between.Address, await server.CreateTokenAsync()));

        Assert.Equal((1, 0), (impostor.Hellos, impostor.Tokens));
    }

    [Theory]
    [InlineData("")]
    [InlineData("HB1-AAAQEAYE")]
    public async Task Text_that_is_no_token_is_refused_before_anybody_is_connected_to(string token) =>
        await FailsAsync(ErrorCode.EnrollmentTokenInvalid, () => FleetAgent.EnrollAsync(new ServerAddress("no-such-host.invalid"), token));

    [Fact]
    public async Task Agent_that_waits_for_approval_is_told_so_and_served_when_it_has_it()
    {
        await using FleetServer server = await FleetServer.StartAsync(_folder.Combine("data"));
        using FleetAgent agent = await FleetAgent.EnrollAsync(server.Address, await server.CreateTokenAsync(new NewEnrollmentTokenRequest { NeedsApproval = true }));
        Assert.Equal(AgentStatus.Pending, agent.Status);
        await FailsAsync(ErrorCode.AgentNotApproved, () => agent.ConnectAsync(server.Address));
        await FailsAsync(ErrorCode.AgentNotApproved, () => server.ListFilesAsync("box"));

        AgentInfo approved = await server.Core.Agents.ApproveAsync(new AgentReference(agent.Id.ToString()), TestTimeout.Token);
        await using AgentConnection connection = await agent.ConnectAsync(server.Address);

        Assert.Equal(AgentStatus.Approved, approved.Status);
        await server.WaitUntilAsync("box", isOnline: true);
    }

    [Fact]
    public async Task Authority_survives_a_restart_of_the_server()
    {
        using FleetAgent agent = await EnrollWithPassingServerAsync();
        await using FleetServer server = await FleetServer.StartAsync(_folder.Combine("data"));

        await using AgentConnection connection = await agent.ConnectAsync(server.Address);

        await server.WaitUntilAsync("box", isOnline: true);
    }

    private async Task<FleetAgent> EnrollWithPassingServerAsync()
    {
        await using FleetServer server = await FleetServer.StartAsync(_folder.Combine("data"));
        return await FleetAgent.EnrollAsync(server.Address, await server.CreateTokenAsync());
    }

    private static async Task<byte[]> GetAuthorityAsync(FleetServer server)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        string token = await server.CreateTokenAsync();
        EnrolledAgent enrolled = await EnrollmentClient.EnrollAsync(server.Address, FleetAgent.Request(token, "scout", key), new ServerTransportOptions(), TestTimeout.Token);
        return enrolled.AuthorityCertificate;
    }

    private static async Task ServeAsync(NetworkStream stream, X509Certificate2 certificate, IEnrollment enrollment)
    {
        var tls = new SslStream(stream);
        var options = new SslServerAuthenticationOptions
        {
            ServerCertificateContext = SslStreamCertificateContext.Create(certificate, null, offline: true),
            EnabledSslProtocols = SslProtocols.Tls13,
            ApplicationProtocols = [NetworkProtocol.Enrollment],
        };
        await tls.AuthenticateAsServerAsync(options, TestTimeout.Token);
        await EnrollmentSession.ServeAsync(tls, enrollment, new AgentLinkOptions(), TimeSpan.FromSeconds(20), TestTimeout.Token);
    }

    /// <summary>Knows the authority's certificate, as everybody does who has connected once, and waits for tokens.</summary>
    private sealed class Impostor(byte[] authority) : IEnrollment
    {
        public int Hellos { get; private set; }

        public int Tokens { get; private set; }

        public Task<EnrollmentHelloReply> HelloAsync(HelloRequest request, CancellationToken cancellationToken)
        {
            Hellos++;
            return Task.FromResult(new EnrollmentHelloReply { Protocol = ProtocolVersion.Current, Product = "Handy Backup", AuthorityCertificate = authority });
        }

        public Task<EnrolledAgent> EnrollAsync(EnrollAgentRequest request, CancellationToken cancellationToken)
        {
            Tokens++;
            throw new HandyBackupException(ErrorCode.EnrollmentRefused, "Thank you.");
        }

        public void Dispose()
        {
        }
    }
}
