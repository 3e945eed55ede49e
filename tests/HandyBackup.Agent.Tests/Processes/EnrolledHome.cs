using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using HandyBackup.Agent.Core.Home;
using HandyBackup.Testing;

namespace HandyBackup.Agent.Tests.Processes;

/// <summary>The data folder of an agent whose server is a port at which nobody listens.</summary>
internal sealed class EnrolledHome : IDisposable
{
    private readonly TempFolder _folder = new();

    public EnrolledHome(AgentSettings? settings = null)
    {
        Home = new AgentHome(_folder.Path);
        AgentSettingsFile.Write(Home, (settings ?? new AgentSettings()) with { Server = $"127.0.0.1:{FreePort()}" });
        using var authority = new TestAuthority();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        byte[] request = new CertificateRequest("CN=agent", key, HashAlgorithmName.SHA256).CreateSigningRequest();
        byte[] certificate = authority.Sign(request, Guid.NewGuid(), TimeProvider.System.GetUtcNow().AddDays(-1), TimeSpan.FromDays(365));
        new CredentialFile(Home, CredentialFile.SystemProtection).Write(key, certificate, authority.Certificate);
    }

    public AgentHome Home { get; }

    /// <summary>The arguments with which the agent works here.</summary>
    public string[] Run => ["run", "--data-path", Home.Path];

    /// <summary>Waits until the agent has said how it stands.</summary>
    public async Task<AgentStatusReport> NextReportAsync(Func<AgentStatusReport, bool> wanted)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (true)
        {
            if (AgentStatusFile.Read(Home) is { } report && wanted(report))
            {
                return report;
            }

            await Task.Delay(20, limit.Token);
        }
    }

    public void Dispose() => _folder.Dispose();

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
