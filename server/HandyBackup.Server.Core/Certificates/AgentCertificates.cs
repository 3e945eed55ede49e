using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using HandyBackup.Contracts;

namespace HandyBackup.Server.Core;

/// <summary>Makes certificates for agents out of their PKCS#10 requests. Safe to share between threads.</summary>
internal sealed class AgentCertificates(CertificateAuthority authority)
{
    private const int MaximumRequestSize = 8 * 1024;
    private const int MinimumRsaBits = 3072;
    // Larger keys make nobody safer, and every handshake slower.
    private const int MaximumRsaBits = 8192;
    private const string EllipticCurveKey = "1.2.840.10045.2.1";
    private const string RsaKey = "1.2.840.113549.1.1.1";
    private const string SubjectPrefix = "CN=";

    // The DER of the object identifiers of the curves: compared as bytes, because platforms differ in what they call a curve.
    private static readonly byte[] s_p256 = [0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07];
    private static readonly byte[] s_p384 = [0x06, 0x05, 0x2B, 0x81, 0x04, 0x00, 0x22];

    /// <summary>Which agent a certificate of ours is for, by its subject; null if it is for none.</summary>
    public static Guid? AgentOf(X509Certificate2 certificate)
    {
        string subject = certificate.SubjectName.Name;
        return subject.StartsWith(SubjectPrefix, StringComparison.Ordinal) && Guid.TryParseExact(subject.AsSpan(SubjectPrefix.Length), "D", out Guid id) ? id : null;
    }

    /// <summary>The serial number of a certificate as the catalog keeps it.</summary>
    public static byte[] SerialOf(X509Certificate2 certificate) => certificate.SerialNumberBytes.ToArray();

    /// <summary>The SHA-256 of a public key, by which whoever has its private key is known again.</summary>
    public static byte[] HashOf(PublicKey key) => SHA256.HashData(key.ExportSubjectPublicKeyInfo());

    /// <summary>Signs a certificate for an agent. Of the request only the key is used: name and rights are the server's to give.</summary>
    /// <param name="agentId">The agent.</param>
    /// <param name="pkcs10">The request in DER, as it came from the other side.</param>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.CertificateRequestInvalid"/> or <see cref="ErrorCode.CertificateAuthorityExpired"/>.</exception>
    public X509Certificate2 Issue(Guid agentId, byte[] pkcs10) => Issue(agentId, KeyOf(pkcs10));

    /// <summary>Signs a certificate for an agent and a key that <see cref="KeyOf"/> gave.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.CertificateAuthorityExpired"/>.</exception>
    public X509Certificate2 Issue(Guid agentId, PublicKey key)
    {
        var request = new CertificateRequest(new X500DistinguishedName($"{SubjectPrefix}{agentId:D}"), key, HashAlgorithmName.SHA256);
        CertificateUse.Limit(request, CertificateUse.Client);
        return authority.Sign(request);
    }

    /// <summary>The key of a request, which is one that the server signs, and whose private key the request was signed with.</summary>
    /// <param name="pkcs10">The request in DER, as it came from the other side.</param>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.CertificateRequestInvalid"/>.</exception>
    public static PublicKey KeyOf(byte[]? pkcs10)
    {
        if (pkcs10 is null || pkcs10.Length == 0 || pkcs10.Length > MaximumRequestSize)
        {
            throw Invalid($"it has {pkcs10?.Length ?? 0} bytes, and 1 to {MaximumRequestSize} are expected", null);
        }

        try
        {
            // The key is judged before it is used to verify anything: verifying with a huge one would be work for nothing.
            PublicKey key = CertificateRequest.LoadSigningRequest(pkcs10, HashAlgorithmName.SHA256, CertificateRequestLoadOptions.SkipSignatureValidation).PublicKey;
            if (Fault(key) is { } fault)
            {
                throw Invalid(fault, null);
            }

            return CertificateRequest.LoadSigningRequest(pkcs10, HashAlgorithmName.SHA256).PublicKey;
        }
        // The latter for algorithms that the platform does not know.
        catch (Exception exception) when (exception is CryptographicException or NotSupportedException)
        {
            throw Invalid("it is damaged, or not signed with its own key", exception);
        }
    }

    private static string? Fault(PublicKey key)
    {
        switch (key.Oid.Value)
        {
            case EllipticCurveKey:
                ReadOnlySpan<byte> curve = key.EncodedParameters?.RawData;
                return curve.SequenceEqual(s_p256) || curve.SequenceEqual(s_p384) ? null : "its key is on another curve than P-256 or P-384";
            case RsaKey:
                using (RSA rsa = key.GetRSAPublicKey()!)
                {
                    return rsa.KeySize is >= MinimumRsaBits and <= MaximumRsaBits ? null : $"its RSA key has {rsa.KeySize} bits, and {MinimumRsaBits} to {MaximumRsaBits} are expected";
                }

            default:
                return "its key is neither ECDSA nor RSA";
        }
    }

    private static HandyBackupException Invalid(string reason, Exception? cause) =>
        new(ErrorCode.CertificateRequestInvalid, $"The request for a certificate cannot be used: {reason}.", cause)
        {
            Advice = "An agent of this product makes such requests by itself; make others with an ECDSA key on P-256.",
        };
}
