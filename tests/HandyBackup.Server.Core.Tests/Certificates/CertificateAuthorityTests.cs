using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using HandyBackup.Contracts;
using Microsoft.Extensions.Time.Testing;

namespace HandyBackup.Server.Core.Tests;

public sealed class CertificateAuthorityTests : FleetHarness
{
    [Fact]
    public async Task Restart_keeps_the_authority()
    {
        using CertificateAuthority again = await CertificateAuthority.OpenAsync(Catalog, Sealer, Time, Token);

        Assert.Equal(Authority.Certificate.RawData, again.Certificate.RawData);
        using X509Certificate2 agent = await EnrollAsync();
        Assert.Null(new AgentCertificateCheck(again, Catalog, Time).Examine(agent));
    }

    [Fact]
    public void Authority_is_P256_lives_20_years_and_may_sign_nothing_but_leaves()
    {
        X509Certificate2 certificate = Authority.Certificate;
        using ECDsa key = certificate.GetECDsaPublicKey()!;
        X509BasicConstraintsExtension constraints = certificate.Extensions.OfType<X509BasicConstraintsExtension>().Single();

        Assert.Equal("1.2.840.10045.3.1.7", key.ExportParameters(false).Curve.Oid.Value);
        Assert.Equal(Time.GetUtcNow().AddYears(20), certificate.NotAfter);
        Assert.True(certificate.NotBefore <= Time.GetUtcNow());
        Assert.Equal((true, true, 0), (constraints.CertificateAuthority, constraints.HasPathLengthConstraint, constraints.PathLengthConstraint));
        Assert.Equal(16, certificate.SerialNumberBytes.Length);
        Assert.False(certificate.HasPrivateKey);
    }

    [Fact]
    public async Task Twenty_starts_at_once_make_one_authority()
    {
        await using var catalog = await HandyBackup.Catalog.SqliteCatalog.OpenAsync(Path("other.db"), Token);

        CertificateAuthority[] authorities = await Task.WhenAll(
            Enumerable.Range(0, 20).Select(_ => Task.Run(() => CertificateAuthority.OpenAsync(catalog, Sealer, Time, Token), Token)));

        Assert.Single(authorities.Select(authority => authority.Certificate.Thumbprint).Distinct());
        foreach (CertificateAuthority authority in authorities)
        {
            authority.Dispose();
        }
    }

    [Fact]
    public async Task Lost_server_key_is_reported_and_no_other_authority_is_made()
    {
        byte[] saved = (await Catalog.Settings.FindAsync(CertificateAuthority.Setting, Token))!;
        using var other = new SecretSealer(RandomNumberGenerator.GetBytes(SecretSealer.KeySize));

        HandyBackupException exception = await FailsAsync(ErrorCode.ServerKeyUnusable, () => CertificateAuthority.OpenAsync(Catalog, other, Time, Token));

        Assert.NotNull(exception.Advice);
        Assert.Equal(saved, await Catalog.Settings.FindAsync(CertificateAuthority.Setting, Token));
    }

    [Fact]
    public async Task Server_key_that_is_gone_is_not_made_anew_beside_an_authority()
    {
        string file = Path("server.key");
        await using var catalog = await HandyBackup.Catalog.SqliteCatalog.OpenAsync(Path("other.db"), Token);
        using (SecretSealer sealer = await ServerKey.OpenAsync(file, catalog, Token))
        using (await CertificateAuthority.OpenAsync(catalog, sealer, Time, Token))
        {
            File.Delete(file);
        }

        HandyBackupException exception = await FailsAsync(ErrorCode.ServerKeyUnusable, () => ServerKey.OpenAsync(file, catalog, Token));

        Assert.Equal(file, exception.Target);
        Assert.False(File.Exists(file));
    }

    [Fact]
    public async Task Altered_authority_in_the_catalog_is_refused()
    {
        byte[] saved = (await Catalog.Settings.FindAsync(CertificateAuthority.Setting, Token))!;
        for (int i = 0; i < saved.Length; i++)
        {
            byte[] altered = [.. saved];
            altered[i] ^= 1;
            await Catalog.Settings.SaveAsync(CertificateAuthority.Setting, altered, Token);
            HandyBackupException exception = await Assert.ThrowsAsync<HandyBackupException>(() => CertificateAuthority.OpenAsync(Catalog, Sealer, Time, Token));
            Assert.True(exception.Code is ErrorCode.ServerKeyUnusable or ErrorCode.CatalogDamaged, $"Byte {i}: {exception}");
        }
    }

    [Fact]
    public async Task Private_key_is_nowhere_in_clear()
    {
        byte[] saved = (await Catalog.Settings.FindAsync(CertificateAuthority.Setting, Token))!;
        AsnReader parts = new AsnReader(saved, AsnEncodingRules.DER).ReadSequence();
        byte[] certificate = parts.ReadOctetString();
        byte[] plain = Sealer.OpenBytes(parts.ReadOctetString(), SecretSealer.CertificateKey(new Sha256Hash(SHA256.HashData(certificate))));
        using var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(plain, out _);
        byte[] secret = key.ExportParameters(true).D!;
        using var other = new SecretSealer(RandomNumberGenerator.GetBytes(SecretSealer.KeySize));
        HandyBackupException exception = await FailsAsync(ErrorCode.ServerKeyUnusable, () => CertificateAuthority.OpenAsync(Catalog, other, Time, Token));
        await EnrollAsync();

        string[] forms = [Convert.ToHexString(secret), Convert.ToBase64String(plain), Convert.ToBase64String(secret)];
        Assert.True(IsInFiles(certificate.AsSpan(0, 64)));
        Assert.False(IsInFiles(secret));
        Assert.All(forms, form => Assert.DoesNotContain(form, string.Join('\n', [.. Log.Lines, exception.ToString()]), StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Clock_beyond_the_years_of_the_authority_is_reported()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using CertificateAuthority before = await CertificateAuthority.OpenAsync(Catalog, Sealer, new FakeTimeProvider(Time.GetUtcNow().AddYears(-1)), Token);
        using CertificateAuthority after = await CertificateAuthority.OpenAsync(Catalog, Sealer, new FakeTimeProvider(Time.GetUtcNow().AddYears(21)), Token);
        using CertificateAuthority near = await CertificateAuthority.OpenAsync(Catalog, Sealer, new FakeTimeProvider(Time.GetUtcNow().AddYears(20).AddDays(-3)), Token);

        await FailsAsync(ErrorCode.CertificateAuthorityExpired, () => Task.FromResult(new AgentCertificates(before).Issue(Guid.NewGuid(), Request(key))));
        await FailsAsync(ErrorCode.CertificateAuthorityExpired, () => Task.FromResult(new AgentCertificates(after).Issue(Guid.NewGuid(), Request(key))));
        using X509Certificate2 last = new AgentCertificates(near).Issue(Guid.NewGuid(), Request(key));
        Assert.Equal(Authority.Certificate.NotAfter, last.NotAfter);
    }
}
