using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using HandyBackup.Contracts;
using HandyBackup.Rpc.Network;
using HandyBackup.Server.Tests.Fakes;
using HandyBackup.Server.Tests.Network.Kit;
using HandyBackup.Testing;
using static HandyBackup.Server.Tests.Network.Kit.ErrorAssert;

namespace HandyBackup.Server.Tests.Network;

/// <summary>The dialling end: what it trusts, and what it makes of everything else.</summary>
public sealed class ServerTransportTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Server_is_trusted_by_its_authority_and_name()
    {
        await using FleetServer server = await FleetServer.StartAsync(_folder.Combine("data"));
        using FleetAgent agent = await FleetAgent.EnrollAsync(server.Address, await server.CreateTokenAsync());
        var byAddress = new ServerAddress("127.0.0.1", server.Address.Port);

        await using ServerTransport byName = await ServerTransport.ConnectAsync(server.Address, NetworkProtocol.Agent, agent.Options, TestTimeout.Token);
        await using ServerTransport byNumber = await ServerTransport.ConnectAsync(byAddress, NetworkProtocol.Agent, agent.Options, TestTimeout.Token);

        var tls = (SslStream)byName.Stream;
        Assert.Equal((SslProtocols.Tls13, NetworkProtocol.Agent), (tls.SslProtocol, tls.NegotiatedApplicationProtocol));
    }

    [Fact]
    public async Task Server_under_another_authority_is_refused_for_good()
    {
        await using FleetServer server = await FleetServer.StartAsync(_folder.Combine("data"));
        await using FleetServer other = await FleetServer.StartAsync(_folder.Combine("other"));
        using FleetAgent agent = await FleetAgent.EnrollAsync(server.Address, await server.CreateTokenAsync());

        HandyBackupException caught = await FailsAsync(
            ErrorCode.ServerCertificateUntrusted, () => ServerTransport.ConnectAsync(other.Address, NetworkProtocol.Agent, agent.Options, TestTimeout.Token));

        Assert.False(caught.IsTransient);
    }

    [Fact]
    public async Task Server_that_does_not_have_the_name_is_refused_for_good()
    {
        await using FleetServer server = await FleetServer.StartAsync(_folder.Combine("data"));
        using FleetAgent agent = await FleetAgent.EnrollAsync(server.Address, await server.CreateTokenAsync());
        await using TcpFaultProxy proxy = TcpFaultProxy.Start(server.EndPoint, IPAddress.Parse("127.0.0.2"));

        HandyBackupException caught = await FailsAsync(
            ErrorCode.ServerNameMismatch,
            () => ServerTransport.ConnectAsync(new ServerAddress("127.0.0.2", proxy.EndPoint.Port), NetworkProtocol.Agent, agent.Options, TestTimeout.Token));

        Assert.False(caught.IsTransient);
        Assert.Contains("'127.0.0.2'", caught.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Clock_outside_the_certificates_time_is_told_from_a_wrong_authority()
    {
        await using FleetServer server = await FleetServer.StartAsync(_folder.Combine("data"));
        using FleetAgent agent = await FleetAgent.EnrollAsync(server.Address, await server.CreateTokenAsync());
        ServerTransportOptions late = agent.Options with { Time = new AheadTimeProvider { Set = TimeSpan.FromDays(400) } };

        await FailsAsync(ErrorCode.ServerCertificateNotValidNow, () => ServerTransport.ConnectAsync(server.Address, NetworkProtocol.Agent, late, TestTimeout.Token));
    }

    [Fact]
    public async Task Servers_certificate_renews_while_it_runs()
    {
        var time = new AheadTimeProvider();
        await using FleetServer server = await FleetServer.StartAsync(_folder.Combine("data"), new FleetServerOptions { Time = time });
        using FleetAgent agent = await FleetAgent.EnrollAsync(server.Address, await server.CreateTokenAsync());
        byte[] first = await ShowAsync(server.Address, agent.Options);
        Assert.Equal(first, await ShowAsync(server.Address, agent.Options));

        time.Set = TimeSpan.FromDays(300);

        Assert.NotEqual(first, await ShowAsync(server.Address, agent.Options with { Time = time }));
    }

    [Fact]
    public async Task Nobody_at_the_address_is_the_networks_fault()
    {
        using var unused = new TcpListener(IPAddress.Loopback, 0);
        unused.Start();
        var address = new ServerAddress("127.0.0.1", ((IPEndPoint)unused.LocalEndpoint).Port);
        unused.Stop();

        HandyBackupException refused = await FailsAsync(ErrorCode.ServerUnreachable, () => ConnectAsync(address));
        HandyBackupException unknown = await FailsAsync(ErrorCode.ServerUnreachable, () => ConnectAsync(new ServerAddress("no-such-host.invalid")));

        Assert.True(refused.IsTransient && unknown.IsTransient);
    }

    [Fact]
    public async Task Peer_that_hangs_up_or_says_nothing_is_the_networks_fault()
    {
        using var hangingUp = new PlainServer(static _ => Task.CompletedTask);
        using var silent = new PlainServer(static async stream => await stream.ReadExactlyAsync(new byte[100_000]));

        Assert.True((await FailsAsync(ErrorCode.ServerUnreachable, () => ConnectAsync(hangingUp.Address))).IsTransient);
        Assert.True((await FailsAsync(ErrorCode.ServerUnreachable, () => ConnectAsync(silent.Address, TimeSpan.FromMilliseconds(300)))).IsTransient);
    }

    [Fact]
    public async Task Connecting_can_be_stopped()
    {
        using var silent = new PlainServer(static async stream => await stream.ReadExactlyAsync(new byte[100_000]));
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ServerTransport.ConnectAsync(silent.Address, NetworkProtocol.Agent, new ServerTransportOptions(), stop.Token));
    }

    [Fact]
    public async Task Peer_of_another_protocol_is_refused_for_good()
    {
        using X509Certificate2 certificate = SelfSigned();
        using var plain = new PlainServer(static async stream => await stream.WriteAsync("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray()));
        using var oldTls = new PlainServer(stream => ServeTlsAsync(stream, certificate, SslProtocols.Tls12, NetworkProtocol.Agent));
        using var web = new PlainServer(stream => ServeTlsAsync(stream, certificate, SslProtocols.Tls13, SslApplicationProtocol.Http2));
        using var mute = new PlainServer(stream => ServeTlsAsync(stream, certificate, SslProtocols.Tls13, null));

        foreach (PlainServer server in new[] { plain, oldTls, web, mute })
        {
            Assert.False((await FailsAsync(ErrorCode.SecureConnectionFailed, () => ConnectAsync(server.Address))).IsTransient);
        }
    }

    private static Task<ServerTransport> ConnectAsync(ServerAddress address, TimeSpan? limit = null) => ServerTransport.ConnectAsync(
        address, NetworkProtocol.Agent, new ServerTransportOptions { TimeLimit = limit ?? TimeSpan.FromSeconds(15) }, TestTimeout.Token);

    private static async Task<byte[]> ShowAsync(ServerAddress address, ServerTransportOptions options)
    {
        await using ServerTransport transport = await ServerTransport.ConnectAsync(address, NetworkProtocol.Agent, options, TestTimeout.Token);
        return ((SslStream)transport.Stream).RemoteCertificate!.GetRawCertData();
    }

    private static async Task ServeTlsAsync(NetworkStream stream, X509Certificate2 certificate, SslProtocols version, SslApplicationProtocol? protocol)
    {
        await using var tls = new SslStream(stream);
        var options = new SslServerAuthenticationOptions { ServerCertificate = certificate, EnabledSslProtocols = version };
        if (protocol is { } known)
        {
            options.ApplicationProtocols = [known];
        }

        await tls.AuthenticateAsServerAsync(options, TestTimeout.Token);
        await tls.ReadExactlyAsync(new byte[1], TestTimeout.Token);
    }

    private static X509Certificate2 SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new CertificateRequest("CN=somebody", key, HashAlgorithmName.SHA256).CreateSelfSigned(
            TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
    }
}
