using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using HandyBackup.Contracts;

namespace HandyBackup.Server.Core.Tests;

public sealed class AgentCertificatesTests : FleetHarness
{
    public static TheoryData<string> GoodKeys => ["P-256", "P-384", "RSA 3072", "RSA 4096"];

    public static TheoryData<string> BadKeys => ["P-521", "secp256k1", "RSA 2048"];

    [Theory]
    [MemberData(nameof(GoodKeys))]
    public void Strong_key_is_signed(string kind)
    {
        using AsymmetricAlgorithm key = Key(kind);
        var id = Guid.NewGuid();

        using X509Certificate2 certificate = Certificates.Issue(id, Request(key));

        Assert.Equal($"CN={id}", certificate.Subject);
        Assert.Equal(id, AgentCertificates.AgentOf(certificate));
        Assert.Equal(key.ExportSubjectPublicKeyInfo(), certificate.PublicKey.ExportSubjectPublicKeyInfo());
        Assert.Equal(Time.GetUtcNow().AddDays(365), certificate.NotAfter);
        Assert.Equal(16, AgentCertificates.SerialOf(certificate).Length);
        Assert.Null(Check.Examine(certificate));
    }

    [Theory]
    [MemberData(nameof(BadKeys))]
    public async Task Weak_or_strange_key_is_refused(string kind)
    {
        using AsymmetricAlgorithm key = Key(kind);
        byte[] request = Request(key);

        await FailsAsync(ErrorCode.CertificateRequestInvalid, () => Task.FromResult(Certificates.Issue(Guid.NewGuid(), request)));
    }

    [Fact]
    public void Only_the_key_of_a_request_is_used()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var asked = new CertificateRequest($"CN={Guid.NewGuid()}, O=Evil", key, HashAlgorithmName.SHA256);
        asked.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        asked.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(CertificateUse.Server)], true));
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("server.example.org");
        asked.CertificateExtensions.Add(names.Build());
        var id = Guid.NewGuid();

        using X509Certificate2 certificate = Certificates.Issue(id, asked.CreateSigningRequest());

        Assert.Equal($"CN={id}", certificate.Subject);
        Assert.False(certificate.Extensions.OfType<X509BasicConstraintsExtension>().Single().CertificateAuthority);
        Assert.Equal([CertificateUse.Client], certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().Single().EnhancedKeyUsages.Cast<Oid>().Select(use => use.Value));
        Assert.Equal(X509KeyUsageFlags.DigitalSignature, certificate.Extensions.OfType<X509KeyUsageExtension>().Single().KeyUsages);
        Assert.Empty(certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>());
    }

    [Fact]
    public void Request_that_is_altered_cut_or_not_one_is_refused()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        byte[] request = Request(key);
        for (int i = 0; i < request.Length; i++)
        {
            foreach (byte mask in new byte[] { 1, 2, 4, 8, 16, 32, 64, 128, 255 })
            {
                byte[] altered = [.. request];
                altered[i] ^= mask;
                Assert.Equal(ErrorCode.CertificateRequestInvalid, Assert.Throws<HandyBackupException>(() => Certificates.Issue(Guid.NewGuid(), altered)).Code);
            }

            Assert.Equal(ErrorCode.CertificateRequestInvalid, Assert.Throws<HandyBackupException>(() => Certificates.Issue(Guid.NewGuid(), request[..i])).Code);
        }

        Assert.Throws<HandyBackupException>(() => Certificates.Issue(Guid.NewGuid(), [.. request, 0]));
        Assert.Throws<HandyBackupException>(() => Certificates.Issue(Guid.NewGuid(), new byte[1_000_000]));
    }

    [Fact]
    public void Request_signed_with_another_key_is_refused()
    {
        using var mine = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var theirs = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        byte[] request = new CertificateRequest(new X500DistinguishedName("CN=x"), new PublicKey(theirs), HashAlgorithmName.SHA256).CreateSigningRequest(X509SignatureGenerator.CreateForECDsa(mine));

        Assert.Equal(ErrorCode.CertificateRequestInvalid, Assert.Throws<HandyBackupException>(() => Certificates.Issue(Guid.NewGuid(), request)).Code);
    }

    private static AsymmetricAlgorithm Key(string kind) => kind switch
    {
        "P-256" => ECDsa.Create(ECCurve.NamedCurves.nistP256),
        "P-384" => ECDsa.Create(ECCurve.NamedCurves.nistP384),
        "P-521" => ECDsa.Create(ECCurve.NamedCurves.nistP521),
        "secp256k1" => ECDsa.Create(ECCurve.CreateFromValue("1.3.132.0.10")),
        _ => RSA.Create(int.Parse(kind[4..], System.Globalization.CultureInfo.InvariantCulture)),
    };
}
