using System.Net.Security;
using System.Net.Sockets;
using HandyBackup.Contracts;
using HandyBackup.Rpc;
using HandyBackup.Rpc.Agents;
using HandyBackup.Rpc.Network;
using HandyBackup.Server.Network;
using HandyBackup.Server.Tests.Fakes;
using HandyBackup.Server.Tests.Network.Kit;
using HandyBackup.Testing;
using Nerdbank.Streams;
using static HandyBackup.Server.Tests.Network.Kit.ErrorAssert;

namespace HandyBackup.Server.Tests.Network;

/// <summary>
/// Who comes with something wrong, from the handshake to the hello: each is refused with a code, stands in the audit log under the name that he has proved, and has
/// no effect on who is there in earnest. What agents in bad hands try later is in <see cref="HostileAgentTests"/>.
/// </summary>
public sealed class IntruderTests : IAsyncLifetime
{
    private const string Handshake = "Network.Handshake";
    private const string Hello = "Gateway.Hello";
    private const string Enrolling = "Enrollment.Enroll";
    private const string Nobody = "";
    private const string Thief = "thief";

    // MessagePack: array of 4, code 2 (content), channel 0, seeded, and binary whose length takes four bytes.
    private static readonly byte[] s_longContent = [0x94, 0x02, 0x00, 0x00, 0xC6];

    private static readonly Dictionary<string, Intrusion> s_intrusions = new()
    {
        ["no certificate"] = new(Hello, ErrorCode.AgentCertificateMissing, Nobody, static test => test.ShowAsync(ErrorCode.AgentCertificateMissing, options => options with { ClientCertificate = null })),
        ["certificate of another server"] = new(Hello, ErrorCode.AgentCertificateUntrusted, Nobody, static test => test.ShowStrangersAsync()),
        ["the server's own certificate"] = new(
            Hello,
            ErrorCode.AgentCertificateWrongUse,
            Nobody,
            static test => test.ShowAsync(ErrorCode.AgentCertificateWrongUse, options => options with { ClientCertificate = test._server.Core.FleetDoor!.ServerCertificate })),
        ["expired certificate"] = new(Hello, ErrorCode.AgentCertificateExpired, Nobody, static test => test.ShowExpiredAsync()),
        ["revoked certificate"] = new(Hello, ErrorCode.AgentRevoked, null, static test => test.ShowRevokedAsync()),
        ["suspended agent"] = new(Hello, ErrorCode.AgentSuspended, Thief, static test => test.ShowSuspendedAsync()),
        ["token that was used"] = new(Enrolling, ErrorCode.EnrollmentRefused, Nobody, static test => test.EnrollAsync(test._usedToken)),
        ["token that has expired"] = new(Enrolling, ErrorCode.EnrollmentRefused, Nobody, static test => test.EnrollLaterAsync()),
        ["token that was revoked"] = new(Enrolling, ErrorCode.EnrollmentRefused, Nobody, static test => test.EnrollRevokedAsync()),
        ["token that was invented"] = new(Enrolling, ErrorCode.EnrollmentRefused, Nobody, static test => test.EnrollInventedAsync()),
        ["garbage instead of a handshake"] = new(Handshake, ErrorCode.ProtocolViolated, Nobody, static test => test.SendBareAsync("GET / HTTP/1.1\r\n\r\n"u8.ToArray())),
        ["half a handshake"] = new(Handshake, ErrorCode.TimedOut, Nobody, static test => test.SendBareAsync([0x16, 0x03, 0x01, 0x02, 0x00])),
        ["TLS 1.2"] = new(Handshake, ErrorCode.ProtocolViolated, Nobody, static test => test.ShakeOldHandsAsync()),
        ["garbage instead of a hello"] = new(Hello, ErrorCode.ProtocolViolated, Thief, static test => test.SendSealedAsync("GET / HTTP/1.1\r\n\r\n"u8.ToArray())),
        ["frame that announces gigabytes"] = new(Hello, ErrorCode.ProtocolViolated, Thief, static test => test.SendSealedAsync([.. s_longContent, 0x7F, 0xFF, 0xFF, 0xFF, 1, 2, 3])),
        ["channel that an agent opens"] = new(Hello, ErrorCode.ProtocolViolated, Thief, static test => test.OpenChannelAsync()),
    };

    private readonly TempFolder _folder = new();
    private readonly AheadTimeProvider _time = new();
    private FleetServer _server = null!;
    private FleetAgent _box = null!;
    private FleetAgent _thief = null!;
    private AgentConnection _connection = null!;
    private string _usedToken = "";

    public static TheoryData<string> Names => [.. s_intrusions.Keys];

    public async ValueTask InitializeAsync()
    {
        var limits = new NetworkLimits { Handshake = TimeSpan.FromSeconds(3) };
        _server = await FleetServer.StartAsync(_folder.Combine("data"), new FleetServerOptions { Time = _time, Limits = limits });
        _box = await FleetAgent.EnrollAsync(_server.Address, await _server.CreateTokenAsync());
        _usedToken = await _server.CreateTokenAsync();
        _thief = await FleetAgent.EnrollAsync(_server.Address, _usedToken, Thief);
        _connection = await _box.ConnectAsync(_server.Address);
        await _server.WaitUntilAsync("box", isOnline: true);
    }

    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync();
        await _server.DisposeAsync();
        _box.Dispose();
        _thief.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Intruder_is_refused_noted_and_harmless(string name)
    {
        Intrusion intrusion = s_intrusions[name];

        await intrusion.TryAsync(this);

        AuditEntry entry = await FindEntryAsync(intrusion.Action);
        Assert.Equal((AuditOutcome.Refused, intrusion.Code), (entry.Outcome, entry.Error!.Value));
        Assert.Equal(intrusion.Caller ?? _thief.Id.ToString(), entry.Caller);
        Assert.Matches("^(::ffff:)?(127\\.0\\.0\\.1|::1)$", entry.Origin);
        Assert.False(_connection.Ended.IsCompleted);
        await _server.ListFilesAsync("box");
        Assert.Equal(1, (await _server.Core.ServerInfo.GetStatusAsync(TestTimeout.Token)).Agents);
        await FailsAsync(ErrorCode.AgentNotFound, () => _server.ListFilesAsync("intruder"));
    }

    private async Task ShowAsync(ErrorCode code, Func<ServerTransportOptions, ServerTransportOptions> change) =>
        await FailsAsync(code, () => _thief.ConnectAsync(_server.Address, change(_thief.Options)));

    private async Task ShowStrangersAsync()
    {
        await using FleetServer other = await FleetServer.StartAsync(_folder.Combine("other"));
        using FleetAgent stranger = await FleetAgent.EnrollAsync(other.Address, await other.CreateTokenAsync());
        await ShowAsync(ErrorCode.AgentCertificateUntrusted, options => options with { ClientCertificate = stranger.Certificate });
    }

    private async Task ShowExpiredAsync()
    {
        _time.Set = TimeSpan.FromDays(366);
        await ShowAsync(ErrorCode.AgentCertificateExpired, options => options with { Time = _time });
    }

    private async Task ShowRevokedAsync()
    {
        await _server.Core.Agents.RemoveAsync(new RemoveAgentRequest { Agent = Thief }, TestTimeout.Token);
        await ShowAsync(ErrorCode.AgentRevoked, options => options);
    }

    private async Task ShowSuspendedAsync()
    {
        await _server.Core.Agents.SuspendAsync(new AgentReference(Thief), TestTimeout.Token);
        await ShowAsync(ErrorCode.AgentSuspended, options => options);
    }

    private async Task EnrollAsync(string token) => await FailsAsync(ErrorCode.EnrollmentRefused, () => FleetAgent.EnrollAsync(_server.Address, token, "intruder"));

    private async Task EnrollLaterAsync()
    {
        string token = await _server.CreateTokenAsync(new NewEnrollmentTokenRequest { Lifetime = TimeSpan.FromHours(1) });
        _time.Set = TimeSpan.FromHours(2);
        await EnrollAsync(token);
    }

    private async Task EnrollRevokedAsync()
    {
        NewEnrollmentToken token = await _server.Core.EnrollmentTokens.CreateAsync(new NewEnrollmentTokenRequest(), TestTimeout.Token);
        await _server.Core.EnrollmentTokens.RevokeAsync(new EnrollmentTokenReference(token.Info.Id), TestTimeout.Token);
        await EnrollAsync(token.Token.Value);
    }

    // The right authority with a secret that is not the token's.
    private async Task EnrollInventedAsync()
    {
        const int WithinTheSecret = 24;
        string token = await _server.CreateTokenAsync();
        char other = token[WithinTheSecret] == 'A' ? 'B' : 'A';
        await EnrollAsync(token[..WithinTheSecret] + other + token[(WithinTheSecret + 1)..]);
    }

    private async Task SendBareAsync(byte[] bytes)
    {
        using TcpClient client = await DialAsync();
        await client.GetStream().WriteAsync(bytes, TestTimeout.Token);
        await WaitForEndAsync(client.GetStream());
    }

    private async Task ShakeOldHandsAsync()
    {
        using TcpClient client = await DialAsync();
        await using var tls = new SslStream(client.GetStream());
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
#pragma warning disable CA5398, SYSLIB0039 // The old protocol is what the test is about.
            EnabledSslProtocols = System.Security.Authentication.SslProtocols.Tls12,
#pragma warning restore CA5398, SYSLIB0039
            ApplicationProtocols = [NetworkProtocol.Agent],
        };
        await Assert.ThrowsAnyAsync<Exception>(() => tls.AuthenticateAsClientAsync(options, TestTimeout.Token));
    }

    private async Task SendSealedAsync(byte[] bytes)
    {
        await using ServerTransport transport = await ServerTransport.ConnectAsync(_server.Address, NetworkProtocol.Agent, _thief.Options, TestTimeout.Token);
        await transport.Stream.WriteAsync(bytes, TestTimeout.Token);
        await WaitForEndAsync(transport.Stream);
    }

    private async Task OpenChannelAsync()
    {
        await using ServerTransport transport = await ServerTransport.ConnectAsync(_server.Address, NetworkProtocol.Agent, _thief.Options, TestTimeout.Token);
        var options = new MultiplexingStream.Options { ProtocolMajorVersion = 3, SeededChannels = { new MultiplexingStream.ChannelOptions() } };
        await using var multiplexer = MultiplexingStream.Create(transport.Stream, options);
        await Assert.ThrowsAnyAsync<Exception>(() => multiplexer.OfferChannelAsync("mine", TestTimeout.Token));
    }

    private async Task<TcpClient> DialAsync()
    {
        var client = new TcpClient();
        await client.ConnectAsync(_server.EndPoint, TestTimeout.Token);
        return client;
    }

    // An alert may come first.
    private static async Task WaitForEndAsync(Stream stream)
    {
        try
        {
            while (await stream.ReadAsync(new byte[1000], TestTimeout.Token) > 0)
            {
            }
        }
        catch (IOException)
        {
            // That is an end too.
        }
    }

    // Who connects is told of the refusal a moment before it is written down.
    private async Task<AuditEntry> FindEntryAsync(string action)
    {
        IAuditLog log = _server.Core.Receive(PanelOrigin.Local("test")).Services.AuditLog;
        CancellationToken limit = TestTimeout.Token;
        List<AuditEntry> entries;
        while ((entries = await log.ListAsync(new AuditQuery { Action = action }, limit).Where(entry => entry.Outcome == AuditOutcome.Refused).ToListAsync(limit)).Count == 0)
        {
            await Task.Delay(5, limit);
        }

        return Assert.Single(entries);
    }

    /// <param name="Action">Under which the audit log has it.</param>
    /// <param name="Code">Why it is refused.</param>
    /// <param name="Caller">Who the audit log says it was; null for the id of an agent that is not known any more.</param>
    /// <param name="TryAsync">What the intruder does; ends when he was refused.</param>
    private sealed record Intrusion(string Action, ErrorCode Code, string? Caller, Func<IntruderTests, Task> TryAsync);
}
