using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace HandyBackup.Testing;

/// <summary>A certification authority that signs what agents ask for, as a server's does.</summary>
public sealed class TestAuthority : IDisposable
{
    private readonly X509Certificate2 _certificate;
    private byte _serial;

    public TestAuthority()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=test authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        _certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200));
    }

    public byte[] Certificate => _certificate.RawData;

    /// <summary>Signs a PKCS#10 request for an agent.</summary>
    public byte[] Sign(byte[] request, Guid agent, DateTimeOffset from, TimeSpan life)
    {
        var read = CertificateRequest.LoadSigningRequest(request, HashAlgorithmName.SHA256);
        var leaf = new CertificateRequest(new X500DistinguishedName($"CN={agent}"), read.PublicKey, HashAlgorithmName.SHA256);
        using X509Certificate2 signed = leaf.Create(_certificate, from, from + life, [1, ++_serial]);
        return signed.RawData;
    }

    public void Dispose() => _certificate.Dispose();
}
