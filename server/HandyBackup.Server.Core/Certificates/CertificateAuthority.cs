using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using HandyBackup.Catalog;
using HandyBackup.Contracts;

namespace HandyBackup.Server.Core;

/// <summary>
/// The server's own certification authority: it signs the certificates of this server and of its agents, and nothing else. Its private key never leaves the
/// process but sealed. Safe to share between threads.
/// </summary>
internal sealed class CertificateAuthority : IDisposable
{
    /// <summary>The setting that holds certificate and sealed key, together: neither is of use without the other.</summary>
    public const string Setting = "certificate-authority";

    private const int YearsOfLife = 20;
    private const int SerialSize = 16;

    // The clocks of two machines are never the same, and what was signed just now must be good on both.
    private static readonly TimeSpan s_clockDifference = TimeSpan.FromHours(1);

    private readonly Lock _signing = new();
    private readonly TimeProvider _time;
    private readonly ECDsa _key;

    private CertificateAuthority(X509Certificate2 certificate, ECDsa key, TimeProvider time)
    {
        Certificate = certificate;
        _key = key;
        _time = time;
    }

    /// <summary>How long a certificate that it signs is good.</summary>
    public static TimeSpan Lifetime { get; } = TimeSpan.FromDays(365);

    /// <summary>The certificate, without its key. Not to be disposed by the caller.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>The SHA-256 of the certificate, in lower-case hexadecimal digits.</summary>
    public string Fingerprint => Convert.ToHexStringLower(Certificate.GetCertHash(HashAlgorithmName.SHA256));

    /// <summary>Opens the authority of this catalog, or makes it if there is none. Of several that make it at once, all get the same.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.ServerKeyUnusable"/> if there is one whose key was sealed by another server key.</exception>
    public static async Task<CertificateAuthority> OpenAsync(ICatalog catalog, SecretSealer sealer, TimeProvider time, CancellationToken cancellationToken)
    {
        byte[] saved = await catalog.Settings.FindAsync(Setting, cancellationToken)
            ?? await catalog.Settings.SaveFirstAsync(Setting, Create(sealer, time), cancellationToken);
        return Load(saved, sealer, time);
    }

    /// <summary>When this authority signed a certificate of its own; certificates count in seconds.</summary>
    public static DateTimeOffset TimeOfSigning(X509Certificate2 certificate) => certificate.NotBefore + s_clockDifference;

    /// <summary>Signs a certificate.</summary>
    /// <param name="request">Subject, key and what the certificate may be used for; it is completed with what ties it to this authority.</param>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.CertificateAuthorityExpired"/>.</exception>
    public X509Certificate2 Sign(CertificateRequest request)
    {
        DateTimeOffset now = _time.GetUtcNow();
        DateTimeOffset begin = Later(now - s_clockDifference, Certificate.NotBefore);
        DateTimeOffset end = Earlier(now + Lifetime, Certificate.NotAfter);
        if (now < begin || now >= end)
        {
            throw new HandyBackupException(
                ErrorCode.CertificateAuthorityExpired,
                $"The server's certification authority is good from {Certificate.NotBefore.ToUniversalTime():u} to {Certificate.NotAfter.ToUniversalTime():u}, and the server's clock says {now:u}.")
            {
                Advice = "Set the clock of the server's machine.",
            };
        }

        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(Certificate, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        // One ECDsa object must not be used by two threads at once.
        lock (_signing)
        {
            return request.Create(Certificate.SubjectName, X509SignatureGenerator.CreateForECDsa(_key), begin, end, NewSerial());
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Certificate.Dispose();
        _key.Dispose();
    }

    private static byte[] Create(SecretSealer sealer, TimeProvider time)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        byte[] serial = NewSerial();
        // The name tells the authorities of two servers apart for people; programs compare keys.
        var request = new CertificateRequest($"CN=Handy Backup CA {Convert.ToHexStringLower(serial.AsSpan(0, 4))}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: true, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        DateTimeOffset now = time.GetUtcNow();
        using X509Certificate2 certificate = request.Create(
            request.SubjectName, X509SignatureGenerator.CreateForECDsa(key), now - s_clockDifference, now.AddYears(YearsOfLife), serial);
        byte[] plain = key.ExportPkcs8PrivateKey();
        byte[] sealedKey = sealer.Seal(plain, Context(certificate.RawData));
        CryptographicOperations.ZeroMemory(plain);
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteOctetString(certificate.RawData);
            writer.WriteOctetString(sealedKey);
        }

        return writer.Encode();
    }

    private static CertificateAuthority Load(byte[] saved, SecretSealer sealer, TimeProvider time)
    {
        X509Certificate2? certificate = null;
        var key = ECDsa.Create();
        try
        {
            AsnReader parts = new AsnReader(saved, AsnEncodingRules.DER).ReadSequence();
            byte[] raw = parts.ReadOctetString();
            byte[] sealedKey = parts.ReadOctetString();
            Import(key, sealer.OpenBytes(sealedKey, Context(raw)));
            certificate = X509CertificateLoader.LoadCertificate(raw);
            return new CertificateAuthority(certificate, key, time);
        }
        catch (Exception exception)
        {
            certificate?.Dispose();
            key.Dispose();
            if (exception is AsnContentException or CryptographicException)
            {
                throw new HandyBackupException(ErrorCode.CatalogDamaged, "The server's certification authority in the catalog is damaged.", exception)
                {
                    Target = Setting,
                    Advice = "Put the catalog back from a backup.",
                };
            }

            throw;
        }
    }

    private static void Import(ECDsa key, byte[] plain)
    {
        try
        {
            key.ImportPkcs8PrivateKey(plain, out _);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plain);
        }
    }

    // Bound to the certificate: nobody who can write the catalog can put another beside our key.
    private static string Context(byte[] certificate) => SecretSealer.CertificateKey(new Sha256Hash(SHA256.HashData(certificate)));

    // The first bits are 01, so that the number is positive and always has the same length; 126 random bits are left.
    private static byte[] NewSerial()
    {
        byte[] serial = RandomNumberGenerator.GetBytes(SerialSize);
        serial[0] = (byte)((serial[0] & 0x3F) | 0x40);
        return serial;
    }

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;

    private static DateTimeOffset Earlier(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;
}
