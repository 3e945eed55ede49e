using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using HandyBackup.Agent.Core;
using HandyBackup.Agent.Core.Sources;
using HandyBackup.Contracts;
using HandyBackup.Rpc.Agents;
using HandyBackup.Rpc.Enrollment;
using HandyBackup.Rpc.Network;
using HandyBackup.Server.Tests.Fakes;
using HandyBackup.Sources.Files;
using HandyBackup.Sources.PostgreSql;
using Microsoft.Extensions.Logging.Abstractions;

namespace HandyBackup.Server.Tests.Network.Kit;

/// <summary>A real agent behind a real TLS connection; only its process, and the service that keeps it connected, are missing.</summary>
internal sealed class FleetAgent : IDisposable
{
    private readonly X509Certificate2 _authority;

    private FleetAgent(string name, EnrolledAgent enrolled, ECDsa key)
    {
        Name = name;
        Id = enrolled.AgentId;
        Status = enrolled.Status;
        _authority = X509CertificateLoader.LoadCertificate(enrolled.AuthorityCertificate);
        Certificate = WithKey(enrolled.Certificate, key);
        Host = CreateHost(name, []);
    }

    public string Name { get; }

    public Guid Id { get; }

    public AgentStatus Status { get; }

    public IAgent Host { get; }

    public X509Certificate2 Certificate { get; private set; }

    /// <summary>The same agent, with a folder that is its own.</summary>
    public IAgent ProtectedHost(string folder) => CreateHost(Name, [folder]);

    /// <summary>What the agent knows of its server, and shows it.</summary>
    public ServerTransportOptions Options => new() { Authority = _authority, ClientCertificate = Certificate };

    public static async Task<FleetAgent> EnrollAsync(ServerAddress address, string token, string name = "box")
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        EnrolledAgent enrolled = await EnrollmentClient.EnrollAsync(address, Request(token, name, key), new ServerTransportOptions(), TestTimeout.Token);
        return new FleetAgent(name, enrolled, key);
    }

    public static EnrollAgentRequest Request(string token, string name, ECDsa key) => new()
    {
        Token = new Secret { Value = token },
        Name = name,
        CertificateRequest = new CertificateRequest("CN=whoever", key, HashAlgorithmName.SHA256).CreateSigningRequest(),
    };

    public Task<AgentConnection> ConnectAsync(ServerAddress address, ServerTransportOptions? options = null) => ConnectAsync(address, options ?? Options, Host, TestTimeout.Token);

    /// <summary>Connects with another agent's behaviour under this one's name.</summary>
    public Task<AgentConnection> ConnectAsync(ServerAddress address, IAgent host) => ConnectAsync(address, Options, host, TestTimeout.Token);

    /// <summary>Stays connected until the token is cancelled. Comes back at once; how an agent's service does it has tests of its own.</summary>
    public async Task StayConnectedAsync(ServerAddress address, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await using AgentConnection connection = await ConnectAsync(address, Options, Host, cancellationToken);
                await connection.Ended.WaitAsync(cancellationToken);
            }
            catch (Exception exception) when (exception is HandyBackupException or OperationCanceledException)
            {
                await Task.Delay(20, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Gets a new certificate over a connection; connections that are made later use it.</summary>
    public async Task RenewAsync(AgentConnection connection)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        byte[] request = new CertificateRequest("CN=whoever", key, HashAlgorithmName.SHA256).CreateSigningRequest();
        RenewedCertificate renewed = await connection.Gateway.RenewCertificateAsync(new CertificateRenewalRequest(request), TestTimeout.Token);
        Certificate = WithKey(renewed.Certificate, key);
    }

    public void Dispose()
    {
        _authority.Dispose();
        Certificate.Dispose();
    }

    private static async Task<AgentConnection> ConnectAsync(ServerAddress address, ServerTransportOptions options, IAgent host, CancellationToken cancellationToken)
    {
        ServerTransport transport = await ServerTransport.ConnectAsync(address, NetworkProtocol.Agent, options, cancellationToken);
        return await AgentConnection.ConnectAsync(transport.Stream, host, new AgentLinkOptions(), cancellationToken);
    }

    private static AgentHost CreateHost(string name, IReadOnlyList<string> protectedFolders) => new(
        new SourceRegistry([new FilesSourceFactory(), new PostgreSqlSourceFactory()]), name, TimeProvider.System, NullLoggerFactory.Instance, protectedFolders: protectedFolders);

    private static X509Certificate2 WithKey(byte[] certificate, ECDsa key)
    {
        using X509Certificate2 bare = X509CertificateLoader.LoadCertificate(certificate);
        return bare.CopyWithPrivateKey(key);
    }
}
