using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using HandyBackup.Contracts;

namespace HandyBackup.Server.Core.Tests;

/// <summary>Certificates that were signed between the saving of a server and its restoration, of which its catalog knows nothing.</summary>
public sealed class LostTimeTests : FleetHarness
{
    [Fact]
    public async Task Agent_that_renewed_in_the_lost_time_is_served_and_keeps_that_certificate()
    {
        using X509Certificate2 old = await EnrollAsync();
        DateTimeOffset saved = Pass();
        using X509Certificate2 renewed = Sign(IdOf(old));
        await RestoreAsync(saved);

        Assert.Null((await Check.AdmitAsync(renewed, null, Token)).Refusal);
        Assert.Null((await Check.AdmitAsync(renewed, null, Token)).Refusal);
        Assert.Equal(ErrorCode.AgentCertificateSuperseded, (await Check.AdmitAsync(old, null, Token)).Refusal!.Code);
    }

    [Fact]
    public async Task Only_the_first_that_comes_counts()
    {
        using X509Certificate2 old = await EnrollAsync();
        DateTimeOffset saved = Pass();
        using X509Certificate2 one = Sign(IdOf(old));
        using X509Certificate2 other = Sign(IdOf(old));
        await RestoreAsync(saved);

        Assert.Null((await Check.AdmitAsync(one, null, Token)).Refusal);
        Assert.Equal(ErrorCode.AgentCertificateSuperseded, (await Check.AdmitAsync(other, null, Token)).Refusal!.Code);
    }

    [Fact]
    public async Task Certificate_that_was_replaced_before_the_saving_stays_refused()
    {
        using X509Certificate2 replaced = await EnrollAsync();
        Pass();
        using X509Certificate2 current = Sign(IdOf(replaced));
        Assert.True(await Catalog.AgentIdentities.RenewAsync(IdOf(replaced), AgentCertificates.SerialOf(replaced), AgentCertificates.SerialOf(current), Token));
        Assert.Null((await Check.AdmitAsync(current, null, Token)).Refusal);
        await RestoreAsync(Pass());

        Assert.Equal(ErrorCode.AgentCertificateSuperseded, (await Check.AdmitAsync(replaced, null, Token)).Refusal!.Code);
        Assert.Null((await Check.AdmitAsync(current, null, Token)).Refusal);
    }

    [Fact]
    public async Task Without_a_restoration_no_unknown_certificate_is_served()
    {
        using X509Certificate2 old = await EnrollAsync();
        Pass();
        using X509Certificate2 unknown = Sign(IdOf(old));

        Assert.Equal(ErrorCode.AgentCertificateSuperseded, (await Check.AdmitAsync(unknown, null, Token)).Refusal!.Code);
    }

    [Fact]
    public async Task Suspended_agent_and_one_of_the_lost_time_stay_outside()
    {
        using X509Certificate2 old = await EnrollAsync();
        await Admission.SuspendAsync(IdOf(old), Token);
        DateTimeOffset saved = Pass();
        using X509Certificate2 renewed = Sign(IdOf(old));
        using X509Certificate2 lost = Sign(Guid.NewGuid());
        await RestoreAsync(saved);

        Assert.Equal(ErrorCode.AgentSuspended, (await Check.AdmitAsync(renewed, null, Token)).Refusal!.Code);
        Assert.Equal(ErrorCode.AgentUnknown, (await Check.AdmitAsync(lost, null, Token)).Refusal!.Code);
    }

    private DateTimeOffset Pass()
    {
        Time.Advance(TimeSpan.FromDays(1));
        return Time.GetUtcNow();
    }

    private Task RestoreAsync(DateTimeOffset saved)
    {
        Pass();
        return new RestorationNote(saved, Time.GetUtcNow()).SaveAsync(Catalog.Settings, Token);
    }

    private X509Certificate2 Sign(Guid agent)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 bare = Certificates.Issue(agent, Request(key));
        return bare.CopyWithPrivateKey(key);
    }
}
