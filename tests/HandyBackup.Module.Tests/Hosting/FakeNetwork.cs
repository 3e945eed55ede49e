using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using HandyBackup.Contracts;
using HandyBackup.Rpc.Network;

namespace HandyBackup.Module.Tests.Hosting;

/// <summary>Lets panels reach a fake server over real TLS on loopback, under an authority of its own; and a folder for what the user's settings would be.</summary>
internal sealed class FakeNetwork : IAsyncDisposable
{
    private const string SettingsVariable = "XDG_CONFIG_HOME";

    private readonly FakeServer _server;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly X509Certificate2 _certificate;
    private readonly string? _settings = Environment.GetEnvironmentVariable(SettingsVariable);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hb-");
    private readonly ConcurrentDictionary<TcpClient, bool> _clients = new();
    private readonly Task _accepting;

    public FakeNetwork(FakeServer server)
    {
        _server = server;
        Environment.SetEnvironmentVariable(SettingsVariable, _folder.FullName);
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var authorityRequest = new CertificateRequest("CN=authority", authorityKey, HashAlgorithmName.SHA256);
        authorityRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using X509Certificate2 authority = authorityRequest.CreateSelfSigned(now.AddDays(-1), now.AddDays(2));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=server", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        using X509Certificate2 bare = request.Create(authority, now.AddDays(-1), now.AddDays(1), [1, 2, 3]);
        _certificate = bare.CopyWithPrivateKey(key);
        Fingerprint = authority.GetCertHashString(HashAlgorithmName.SHA256);
        byte[] shown = authority.RawData;
        server.On<HelloRequest>("IServerInfo.HelloAsync", _ => new HelloReply(ProtocolVersion.Current, "Test server 1.0", []) { AuthorityCertificate = shown });
        server.On("ILogin.LoginAsync", new CallerInfo { Kind = CallerKind.User, Name = "anna", Grants = [new Grant { Role = Role.Operator }] });
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public string Fingerprint { get; }

    public string Address => $"localhost:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    public string KnownServers => Path.Combine(_folder.FullName, "handybackup", "known-servers");

    /// <summary>The certificate that the last panel showed; null for none.</summary>
    public string? ShownCertificate { get; private set; }

    /// <summary>Breaks all connections, as a crash does.</summary>
    public void Cut()
    {
        foreach (TcpClient client in _clients.Keys)
        {
            client.Client.Close(0);
        }
    }

    /// <summary>Breaks all connections once the call under way has been answered.</summary>
    public void CutSoon() => _ = Task.Delay(TimeSpan.FromMilliseconds(200), _stop.Token).ContinueWith(_ => Cut(), TaskScheduler.Default);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _accepting.WaitAsync(TestTimeout.Token);
        _listener.Dispose();
        _stop.Dispose();
        _certificate.Dispose();
        Environment.SetEnvironmentVariable(SettingsVariable, _settings);
        _folder.Delete(recursive: true);
    }

    private async Task AcceptAsync()
    {
        var sessions = new List<Task>();
        try
        {
            while (true)
            {
                sessions.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(sessions);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        _clients[client] = true;
        using (client)
        {
            await using var tls = new SslStream(client.GetStream());
            try
            {
                await tls.AuthenticateAsServerAsync(
                    new SslServerAuthenticationOptions
                    {
                        ServerCertificate = _certificate,
                        EnabledSslProtocols = SslProtocols.Tls13,
                        ApplicationProtocols = [NetworkProtocol.Panel],
                        ClientCertificateRequired = true,
#pragma warning disable CA5359 // The test looks at it afterwards.
                        RemoteCertificateValidationCallback = static (_, _, _, _) => true,
#pragma warning restore CA5359
                    },
                    _stop.Token);
                ShownCertificate = tls.RemoteCertificate?.GetCertHashString(HashAlgorithmName.SHA256);
                await _server.ServeAsync(tls, _stop.Token);
            }
            catch (Exception exception) when (exception is IOException or OperationCanceledException or AuthenticationException)
            {
                // The panel has left, which is no concern of the server's.
            }
        }
    }
}
