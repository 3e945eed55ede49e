using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using HandyBackup.Contracts;
using HandyBackup.Rpc;
using HandyBackup.Rpc.Network;
using HandyBackup.Server.Tests.Fakes;
using HandyBackup.Server.Tests.Network.Kit;
using HandyBackup.Testing;
using static HandyBackup.Server.Tests.Network.Kit.ErrorAssert;

namespace HandyBackup.Server.Tests.Network;

/// <summary>Panels on other machines, over real TLS: nobody before the login, and what their roles allow after it.</summary>
public sealed class RemotePanelTests : IDisposable
{
    private const string Password = "twelve letters at least";

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(20);

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Stranger_gets_a_hello_and_nothing_else()
    {
        await using FleetServer server = await FleetServer.StartAsync(_folder.Combine("data"));
        using PanelConnection panel = await ConnectAsync(server);

        await FailsAsync(ErrorCode.LoginNeeded, () => panel.ServerInfo.GetStatusAsync(TestTimeout.Token));
        await FailsAsync(ErrorCode.LoginNeeded, () => panel.EnrollmentTokens.CreateAsync(new NewEnrollmentTokenRequest(), TestTimeout.Token));
        await FailsAsync(ErrorCode.LoginRefused, () => LoginAsync(panel, "nobody", Password));
    }

    [Fact]
    public async Task User_does_what_the_role_allows()
    {
        await using FleetServer server = await FleetServer.StartAsync(_folder.Combine("data"));
        await CreateUserAsync(server, new CreateUserRequest { Name = "anna", Password = Secret(Password), Grants = [new Grant { Role = Role.Auditor }] });
        using PanelConnection panel = await ConnectAsync(server);
        await FailsAsync(ErrorCode.LoginRefused, () => LoginAsync(panel, "anna", Password + "x"));

        CallerInfo caller = await LoginAsync(panel, "anna", Password);

        Assert.Equal("anna", caller.Name);
        Assert.NotNull(await panel.ServerInfo.GetStatusAsync(TestTimeout.Token));
        await FailsAsync(ErrorCode.AccessRefused, () => panel.EnrollmentTokens.CreateAsync(new NewEnrollmentTokenRequest(), TestTimeout.Token));
        await FailsAsync(ErrorCode.AccessRefused, () => panel.Agents.RemoveAsync(new RemoveAgentRequest { Agent = "any" }, TestTimeout.Token));
    }

    [Fact]
    public async Task Certificate_that_an_administrator_entered_logs_in_while_it_is_valid()
    {
        await using FleetServer server = await FleetServer.StartAsync(_folder.Combine("data"));
        using X509Certificate2 good = Certificate(TimeProvider.System.GetUtcNow().AddDays(1));
        using X509Certificate2 expired = Certificate(TimeProvider.System.GetUtcNow().AddMinutes(-1));
        await CreateUserAsync(server, new CreateUserRequest { Name = "good", CertificateFingerprint = good.GetCertHashString(HashAlgorithmName.SHA256), Grants = [new Grant { Role = Role.Administrator }] });
        await CreateUserAsync(server, new CreateUserRequest { Name = "late", CertificateFingerprint = expired.GetCertHashString(HashAlgorithmName.SHA256), Grants = [new Grant { Role = Role.Administrator }] });

        using PanelConnection panel = await ConnectAsync(server, good);
        Assert.Equal("good", (await panel.Login.LoginAsync(new LoginRequest(), TestTimeout.Token)).Name);
        Assert.NotEmpty((await panel.EnrollmentTokens.CreateAsync(new NewEnrollmentTokenRequest(), TestTimeout.Token)).Token.Value);

        using PanelConnection late = await ConnectAsync(server, expired);
        await FailsAsync(ErrorCode.LoginRefused, () => late.Login.LoginAsync(new LoginRequest(), TestTimeout.Token));
    }

    [Fact]
    public async Task Connections_of_a_removed_user_end()
    {
        await using FleetServer server = await FleetServer.StartAsync(_folder.Combine("data"));
        await CreateUserAsync(server, new CreateUserRequest { Name = "anna", Password = Secret(Password), Grants = [new Grant { Role = Role.Operator }] });
        using PanelConnection panel = await ConnectAsync(server);
        await LoginAsync(panel, "anna", Password);

        await LocalUsers(server).RemoveAsync(new UserReference("anna"), TestTimeout.Token);

        await panel.Disconnected.WaitAsync(TestTimeout.Token);
    }

    [Fact]
    public async Task Panels_that_do_not_log_in_are_counted_until_they_do()
    {
        await using FleetServer server = await FleetServer.StartAsync(_folder.Combine("data"));
        await CreateUserAsync(server, new CreateUserRequest { Name = "anna", Password = Secret(Password), Grants = [new Grant { Role = Role.Operator }] });
        using PanelConnection panel = await ConnectAsync(server);
        Assert.Equal(1, server.Door.Unauthenticated);

        await LoginAsync(panel, "anna", Password);

        Assert.Equal(0, server.Door.Unauthenticated);
    }

    [Fact]
    public async Task Fingerprint_is_the_one_that_the_server_shows_to_its_own_administrator()
    {
        await using FleetServer server = await FleetServer.StartAsync(_folder.Combine("data"));

        Sha256Hash fingerprint = await RemotePanel.IdentifyAsync(server.Address, s_limit, TestTimeout.Token);

        Assert.Equal(fingerprint.ToString(), (await server.Core.ServerInfo.GetStatusAsync(TestTimeout.Token)).Fingerprint);
        HelloReply local = await server.Core.Receive(PanelOrigin.Local("test")).Services.ServerInfo.HelloAsync(new HelloRequest(ProtocolVersion.Current, "test", []), TestTimeout.Token);
        Assert.Null(local.AuthorityCertificate);
    }

    [Fact]
    public async Task Server_with_another_fingerprint_is_refused()
    {
        await using FleetServer server = await FleetServer.StartAsync(_folder.Combine("data"));
        var other = new Sha256Hash(SHA256.HashData("other"u8));

        HandyBackupException refusal = await FailsAsync(
            ErrorCode.ServerCertificateUntrusted, () => RemotePanel.ConnectAsync(server.Address, other, null, s_limit, TestTimeout.Token));

        Assert.Contains(other.ToString(), refusal.Message, StringComparison.Ordinal);
        Assert.Equal(server.Address.ToString(), refusal.Target);
    }

    [Fact]
    public async Task Somebody_between_who_shows_the_right_authority_is_refused()
    {
        await using FleetServer server = await FleetServer.StartAsync(_folder.Combine("data"));
        Sha256Hash fingerprint = await RemotePanel.IdentifyAsync(server.Address, s_limit, TestTimeout.Token);
        using X509Certificate2 own = Certificate(TimeProvider.System.GetUtcNow().AddDays(1));
        var heard = new TaskCompletionSource<string>();
        using var between = new PlainServer(client => RelayAsync(client, server, own, heard));

        await FailsAsync(ErrorCode.ServerCertificateUntrusted, () => RemotePanel.ConnectAsync(between.Address, fingerprint, null, s_limit, TestTimeout.Token));
        await FailsAsync(ErrorCode.ServerCertificateUntrusted, () => RemotePanel.IdentifyAsync(between.Address, s_limit, TestTimeout.Token));

        // The hello went through him, with the server's own answer to it, and nothing else.
        string said = await heard.Task.WaitAsync(TestTimeout.Token);
        Assert.Contains("server.HelloAsync", said, StringComparison.Ordinal);
        Assert.DoesNotContain("login.", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Server_that_says_nothing_after_the_handshake_is_given_up_in_time()
    {
        using X509Certificate2 own = Certificate(TimeProvider.System.GetUtcNow().AddDays(1));
        using var silent = new PlainServer(async client =>
        {
            await using SslStream tls = await AcceptAsync(client, own);
            await Task.Delay(Timeout.Infinite, TestTimeout.Token);
        });

        HandyBackupException refusal = await FailsAsync(
            ErrorCode.TimedOut, () => RemotePanel.IdentifyAsync(silent.Address, TimeSpan.FromSeconds(1), TestTimeout.Token));

        Assert.Equal(silent.Address.ToString(), refusal.Target);
    }

    // Passes on what either side says, and tells what the panel said when it has hung up.
    private static async Task RelayAsync(Stream client, FleetServer server, X509Certificate2 own, TaskCompletionSource<string> heard)
    {
        await using SslStream panel = await AcceptAsync(client, own);
        await using ServerTransport onward = await ServerTransport.ConnectAsync(server.Address, NetworkProtocol.Panel, new ServerTransportOptions(), TestTimeout.Token);
        Task answers = onward.Stream.CopyToAsync(panel, TestTimeout.Token);
        var said = new StringBuilder();
        byte[] buffer = new byte[4096];
        try
        {
            for (int read = await panel.ReadAsync(buffer, TestTimeout.Token); read > 0; read = await panel.ReadAsync(buffer, TestTimeout.Token))
            {
                said.Append(Encoding.Latin1.GetString(buffer, 0, read));
                await onward.Stream.WriteAsync(buffer.AsMemory(0, read), TestTimeout.Token);
            }
        }
        finally
        {
            heard.TrySetResult(said.ToString());
            _ = answers.ContinueWith(task => task.Exception, TaskScheduler.Default);
        }
    }

    private static async Task<SslStream> AcceptAsync(Stream client, X509Certificate2 own)
    {
        var tls = new SslStream(client);
        await tls.AuthenticateAsServerAsync(
            new SslServerAuthenticationOptions { ServerCertificate = own, EnabledSslProtocols = SslProtocols.Tls13, ApplicationProtocols = [NetworkProtocol.Panel] }, TestTimeout.Token);
        return tls;
    }

    private static IUsers LocalUsers(FleetServer server) => server.Core.Receive(PanelOrigin.Local("test")).Services.Users;

    private static Task<UserInfo> CreateUserAsync(FleetServer server, CreateUserRequest request) => LocalUsers(server).CreateAsync(request, TestTimeout.Token);

    private static Task<CallerInfo> LoginAsync(PanelConnection panel, string name, string password) =>
        panel.Login.LoginAsync(new LoginRequest { Name = name, Password = Secret(password) }, TestTimeout.Token);

    private static Secret Secret(string value) => new() { Value = value };

    private static async Task<PanelConnection> ConnectAsync(FleetServer server, X509Certificate2? certificate = null)
    {
        Sha256Hash fingerprint = await RemotePanel.IdentifyAsync(server.Address, s_limit, TestTimeout.Token);
        return await RemotePanel.ConnectAsync(server.Address, fingerprint, certificate, s_limit, TestTimeout.Token);
    }

    private static X509Certificate2 Certificate(DateTimeOffset end)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new CertificateRequest("CN=panel", key, HashAlgorithmName.SHA256).CreateSelfSigned(end.AddDays(-10), end);
    }
}
