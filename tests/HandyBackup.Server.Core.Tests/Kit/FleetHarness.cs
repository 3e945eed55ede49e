using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using HandyBackup.Catalog;
using HandyBackup.Contracts;
using HandyBackup.Testing;
using Microsoft.Extensions.Time.Testing;

namespace HandyBackup.Server.Core.Tests;

/// <summary>The parts of a server that know agents by their certificates, on a catalog of its own.</summary>
public abstract class FleetHarness : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private readonly CancellationTokenSource _limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private int _agents;

    protected FleetHarness() => _limit.CancelAfter(TimeSpan.FromSeconds(60));

    protected CancellationToken Token => _limit.Token;

    protected RecordingLoggerFactory Log { get; } = new();

    protected FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 11, 22, 10, 30, 0, TimeSpan.Zero));

    private protected SecretSealer Sealer { get; } = new(RandomNumberGenerator.GetBytes(SecretSealer.KeySize));

    private protected SqliteCatalog Catalog { get; private set; } = null!;

    private protected CertificateAuthority Authority { get; private set; } = null!;

    private protected AgentCertificates Certificates { get; private set; } = null!;

    private protected AgentCertificateCheck Check { get; private set; } = null!;

    private protected AgentDirectory Agents { get; private set; } = null!;

    private protected EnrollmentTokens Tokens { get; private set; } = null!;

    private protected AgentEnrollment Enrollment { get; private set; } = null!;

    private protected AgentAdmission Admission { get; private set; } = null!;

    public virtual async ValueTask InitializeAsync()
    {
        Catalog = await SqliteCatalog.OpenAsync(Path("catalog.db"), Token);
        Authority = await CertificateAuthority.OpenAsync(Catalog, Sealer, Time, Token);
        Certificates = new AgentCertificates(Authority);
        Check = new AgentCertificateCheck(Authority, Catalog, Time);
        Agents = new AgentDirectory(Catalog, Time);
        Tokens = new EnrollmentTokens(Catalog, Agents, Authority, Time, Log);
        Enrollment = new AgentEnrollment(Catalog, Tokens, Certificates, Authority, new AddressDelays(Time), Agents.CutOff, new AuditTrail(Catalog, new AuditChain(Sealer), Time), Time, Log);
        Admission = new AgentAdmission(Catalog, Time, Log);
    }

    public async ValueTask DisposeAsync()
    {
        Authority.Dispose();
        await Catalog.DisposeAsync();
        Sealer.Dispose();
        _limit.Dispose();
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    protected string Path(string name) => _folder.Combine(name);

    protected static IPAddress Address(int number) => new([192, 0, (byte)(number >> 8), (byte)number]);

    protected static byte[] Request(AsymmetricAlgorithm key, string subject = "CN=whoever") => key switch
    {
        ECDsa ecdsa => new CertificateRequest(subject, ecdsa, HashAlgorithmName.SHA256).CreateSigningRequest(),
        RSA rsa => new CertificateRequest(subject, rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).CreateSigningRequest(),
        _ => throw new ArgumentException("Another kind of key.", nameof(key)),
    };

    protected async Task<string> CreateTokenAsync(NewEnrollmentTokenRequest? request = null) =>
        (await Tokens.CreateAsync(request ?? new NewEnrollmentTokenRequest(), Token)).Token.Value;

    protected Task<EnrolledAgent> EnrollAsync(string token, ECDsa key, IPAddress? address = null, string? name = null)
    {
        var request = new EnrollAgentRequest
        {
            Token = new Secret { Value = token },
            Name = name ?? $"agent {Interlocked.Increment(ref _agents)}",
            CertificateRequest = Request(key),
        };
        return Enrollment.EnrollAsync(request, address, Token);
    }

    /// <summary>A new agent with a certificate that has its key. The caller disposes it.</summary>
    protected async Task<X509Certificate2> EnrollAsync(bool needsApproval = false)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        EnrolledAgent agent = await EnrollAsync(await CreateTokenAsync(new NewEnrollmentTokenRequest { NeedsApproval = needsApproval }), key);
        return WithKey(agent.Certificate, key);
    }

    protected static X509Certificate2 WithKey(byte[] certificate, ECDsa key)
    {
        using X509Certificate2 bare = X509CertificateLoader.LoadCertificate(certificate);
        return bare.CopyWithPrivateKey(key);
    }

    protected static Guid IdOf(X509Certificate2 certificate) => AgentCertificates.AgentOf(certificate)!.Value;

    protected static async Task<HandyBackupException> FailsAsync(ErrorCode code, Func<Task> action)
    {
        HandyBackupException exception = await Assert.ThrowsAsync<HandyBackupException>(action);
        Assert.True(exception.Code == code, $"Expected {code}: {exception}");
        return exception;
    }

    /// <summary>True if the bytes stand in any file of the catalog.</summary>
    protected bool IsInFiles(ReadOnlySpan<byte> bytes)
    {
        foreach (string file in Directory.GetFiles(_folder.Path))
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            byte[] content = new byte[stream.Length];
            stream.ReadExactly(content);
            if (content.AsSpan().IndexOf(bytes) >= 0)
            {
                return true;
            }
        }

        return false;
    }
}
