using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using HandyBackup.Contracts;
using Microsoft.Extensions.Time.Testing;

namespace HandyBackup.Server.Core.Tests;

/// <summary>Who gets through a real handshake, and with which code the others are refused.</summary>
public sealed class AgentHandshakeTests : FleetHarness
{
    [Fact]
    public async Task Enrolled_agent_is_served()
    {
        using X509Certificate2 agent = await EnrollAsync();

        (AgentVerdict verdict, bool isServed) = await ConnectAsync(agent);

        Assert.Null(verdict.Refusal);
        Assert.True(isServed);
        Assert.Equal(IdOf(agent), verdict.Agent!.Identity.Id);
        AgentIdentity seen = (await Catalog.AgentIdentities.FindAsync(IdOf(agent), Token))!.Identity;
        Assert.Equal((Time.GetUtcNow(), "127.0.0.1"), (seen.LastSeen, seen.LastAddress));
    }

    [Fact]
    public Task Nobody_without_a_certificate_is_served() => IsRefusedAsync(ErrorCode.AgentCertificateMissing, null);

    [Fact]
    public async Task Self_signed_certificate_with_an_agents_id_is_refused()
    {
        using X509Certificate2 agent = await EnrollAsync();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(agent.SubjectName, key, HashAlgorithmName.SHA256);
        CertificateUse.Limit(request, CertificateUse.Client);
        using X509Certificate2 own = request.CreateSelfSigned(agent.NotBefore, agent.NotAfter);

        await IsRefusedAsync(ErrorCode.AgentCertificateUntrusted, own);
    }

    [Fact]
    public async Task Certificate_of_another_authority_with_the_same_name_and_key_identifier_is_refused()
    {
        using X509Certificate2 agent = await EnrollAsync();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var impostor = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(agent.SubjectName, key, HashAlgorithmName.SHA256);
        CertificateUse.Limit(request, CertificateUse.Client);
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(Authority.Certificate, true, false));
        using X509Certificate2 bare = request.Create(
            Authority.Certificate.SubjectName, X509SignatureGenerator.CreateForECDsa(impostor), agent.NotBefore, agent.NotAfter, agent.SerialNumberBytes.Span);
        using X509Certificate2 forged = bare.CopyWithPrivateKey(key);

        await IsRefusedAsync(ErrorCode.AgentCertificateUntrusted, forged);
    }

    [Fact]
    public async Task Certificate_of_another_server_is_refused()
    {
        await using var catalog = await HandyBackup.Catalog.SqliteCatalog.OpenAsync(Path("other.db"), Token);
        using CertificateAuthority other = await CertificateAuthority.OpenAsync(catalog, Sealer, Time, Token);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 bare = new AgentCertificates(other).Issue(Guid.NewGuid(), Request(key));
        using X509Certificate2 foreign = bare.CopyWithPrivateKey(key);

        await IsRefusedAsync(ErrorCode.AgentCertificateUntrusted, foreign);
    }

    [Fact]
    public async Task Certificate_signed_with_an_agents_key_is_refused()
    {
        using X509Certificate2 agent = await EnrollAsync();
        using ECDsa agentKey = agent.GetECDsaPrivateKey()!;
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={Guid.NewGuid()}", key, HashAlgorithmName.SHA256);
        CertificateUse.Limit(request, CertificateUse.Client);
        using X509Certificate2 bare = request.Create(agent.SubjectName, X509SignatureGenerator.CreateForECDsa(agentKey), agent.NotBefore, agent.NotAfter, [1, 2, 3]);
        using X509Certificate2 child = bare.CopyWithPrivateKey(key);

        await IsRefusedAsync(ErrorCode.AgentCertificateUntrusted, child);
    }

    [Fact]
    public async Task Expired_certificate_is_refused()
    {
        using X509Certificate2 agent = await EnrollAsync();
        Time.Advance(TimeSpan.FromDays(365) - TimeSpan.FromMinutes(1));
        Assert.True((await ConnectAsync(agent)).IsServed);

        Time.Advance(TimeSpan.FromMinutes(2));

        await IsRefusedAsync(ErrorCode.AgentCertificateExpired, agent);
    }

    [Fact]
    public async Task Certificate_whose_time_has_not_begun_is_refused()
    {
        using X509Certificate2 agent = await EnrollAsync();
        var earlier = new FakeTimeProvider(Time.GetUtcNow().AddHours(-2));

        (AgentVerdict verdict, bool isServed) = await ConnectAsync(agent, new AgentCertificateCheck(Authority, Catalog, earlier));

        Assert.Equal((ErrorCode.AgentCertificateNotYetValid, false), (verdict.Refusal!.Code, isServed));
    }

    [Fact]
    public async Task Servers_certificate_is_no_agents()
    {
        using var server = new ServerCertificate(Authority, ["nas"], Time);

        await IsRefusedAsync(ErrorCode.AgentCertificateWrongUse, server.Current);
    }

    [Fact]
    public async Task Suspended_agent_is_refused_until_it_is_resumed()
    {
        using X509Certificate2 agent = await EnrollAsync();
        await Admission.SuspendAsync(IdOf(agent), Token);
        await IsRefusedAsync(ErrorCode.AgentSuspended, agent);

        await Admission.ResumeAsync(IdOf(agent), Token);

        Assert.True((await ConnectAsync(agent)).IsServed);
    }

    [Fact]
    public async Task Pending_agent_is_refused_until_it_is_approved()
    {
        using X509Certificate2 agent = await EnrollAsync(needsApproval: true);
        await IsRefusedAsync(ErrorCode.AgentNotApproved, agent);

        await Admission.ApproveAsync(IdOf(agent), Token);

        Assert.True((await ConnectAsync(agent)).IsServed);
    }

    [Fact]
    public async Task Removed_agent_is_told_from_one_that_never_was()
    {
        using X509Certificate2 agent = await EnrollAsync();
        using X509Certificate2 stranger = Issue(Guid.NewGuid());
        await Admission.RemoveAsync(IdOf(agent), removeTasks: false, Token);

        await IsRefusedAsync(ErrorCode.AgentRevoked, agent);
        await IsRefusedAsync(ErrorCode.AgentUnknown, stranger);
    }

    [Fact]
    public async Task Certificate_of_ours_with_another_agents_id_is_refused()
    {
        using X509Certificate2 agent = await EnrollAsync();
        using X509Certificate2 other = Issue(IdOf(agent));

        await IsRefusedAsync(ErrorCode.AgentCertificateSuperseded, other);
        Assert.True((await ConnectAsync(agent)).IsServed);
    }

    [Fact]
    public async Task Certificate_before_is_refused_once_the_newest_was_used()
    {
        using X509Certificate2 before = await EnrollAsync();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 renewed = WithKey(await Enrollment.RenewAsync(IdOf(before), AgentCertificates.SerialOf(before), Request(key), Token), key);

        Assert.True((await ConnectAsync(before)).IsServed);
        Assert.True((await ConnectAsync(renewed)).IsServed);
        await IsRefusedAsync(ErrorCode.AgentCertificateSuperseded, before);
        Assert.True((await ConnectAsync(renewed)).IsServed);
    }

    [Fact]
    public async Task Checking_a_certificate_uses_up_nothing()
    {
        using X509Certificate2 before = await EnrollAsync();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 renewed = WithKey(await Enrollment.RenewAsync(IdOf(before), AgentCertificates.SerialOf(before), Request(key), Token), key);

        // Whoever only shows the certificate has not proved that the key is there.
        Assert.NotNull((await Check.CheckAsync(renewed, Token)).Agent);

        Assert.NotNull((await Check.CheckAsync(before, Token)).Agent);
    }

    private X509Certificate2 Issue(Guid id)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 bare = Certificates.Issue(id, Request(key));
        return bare.CopyWithPrivateKey(key);
    }

    private async Task IsRefusedAsync(ErrorCode code, X509Certificate2? client)
    {
        (AgentVerdict verdict, bool isServed) = await ConnectAsync(client);

        Assert.Null(verdict.Agent);
        Assert.True(verdict.Refusal!.Code == code, $"Expected {code}: {verdict.Refusal}");
        Assert.NotNull(verdict.Refusal.Advice);
        Assert.False(isServed);
    }

    private async Task<(AgentVerdict Verdict, bool IsServed)> ConnectAsync(X509Certificate2? client, AgentCertificateCheck? check = null)
    {
        using var server = new ServerCertificate(Authority, ["nas"], Time);
        return await new Handshake(check ?? Check, server.Current, Authority.Certificate, Time.GetUtcNow()).ConnectAsync(client, Token);
    }
}
