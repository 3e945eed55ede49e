using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using HandyBackup.Catalog;
using HandyBackup.Contracts;

namespace HandyBackup.Server.Core.Tests;

/// <summary>A machine whose answer was lost asks again: what it becomes, what is counted, and who else gains nothing by it.</summary>
public sealed class RepeatedEnrollmentTests : FleetHarness
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    [Fact]
    public async Task Same_machine_becomes_the_same_agent_and_no_use_is_counted()
    {
        string token = await CreateTokenAsync(new NewEnrollmentTokenRequest { Uses = 2 });
        EnrolledAgent lost = await EnrollAsync(token, _key, name: "pc");

        EnrolledAgent again = await EnrollAsync(token, _key, name: "PC");

        using X509Certificate2 certificate = X509CertificateLoader.LoadCertificate(again.Certificate);
        Assert.Equal(lost.AgentId, again.AgentId);
        Assert.Equal(1, (await Tokens.ListAsync(Token).SingleAsync(Token)).Remaining);
        Assert.Equal("pc", (await Catalog.AgentIdentities.ListAsync(Token).SingleAsync(Token)).Identity.Name);
        Assert.NotNull((await Check.AdmitAsync(certificate, null, Token)).Agent);
    }

    [Fact]
    public async Task Answer_that_comes_late_is_good_until_the_later_one_was_used()
    {
        string token = await CreateTokenAsync();
        using X509Certificate2 late = X509CertificateLoader.LoadCertificate((await EnrollAsync(token, _key, name: "pc")).Certificate);
        using X509Certificate2 newer = X509CertificateLoader.LoadCertificate((await EnrollAsync(token, _key, name: "pc")).Certificate);

        Assert.NotNull((await Check.CheckAsync(late, Token)).Agent);
        Assert.NotNull((await Check.AdmitAsync(newer, null, Token)).Agent);
        Assert.Equal(ErrorCode.AgentCertificateSuperseded, (await Check.CheckAsync(late, Token)).Refusal!.Code);
    }

    [Fact]
    public async Task Agent_that_was_here_once_gets_nothing_by_its_token()
    {
        string token = await CreateTokenAsync(new NewEnrollmentTokenRequest { Uses = 2 });
        using X509Certificate2 certificate = X509CertificateLoader.LoadCertificate((await EnrollAsync(token, _key, name: "pc")).Certificate);
        await Check.AdmitAsync(certificate, null, Token);

        await FailsAsync(ErrorCode.AgentExists, () => EnrollAsync(token, _key, name: "pc"));

        Assert.NotNull((await Check.CheckAsync(certificate, Token)).Agent);
    }

    [Fact]
    public async Task Another_key_or_name_or_a_damaged_request_is_refused_by_a_used_up_token()
    {
        string token = await CreateTokenAsync();
        EnrolledAgent agent = await EnrollAsync(token, _key, name: "pc");
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        byte[] damaged = Request(_key);
        damaged[^1] ^= 1;

        await FailsAsync(ErrorCode.EnrollmentRefused, () => EnrollAsync(token, other, name: "pc"));
        await FailsAsync(ErrorCode.EnrollmentRefused, () => EnrollAsync(token, _key, name: "db"));
        await FailsAsync(ErrorCode.EnrollmentRefused, () => EnrollAsync(token, _key, name: "a/b"));
        await FailsAsync(ErrorCode.EnrollmentRefused, () => Enrollment.EnrollAsync(new EnrollAgentRequest { Token = new Secret { Value = token }, Name = "pc", CertificateRequest = damaged }, Address(9), Token));

        Assert.Equal(agent.AgentId, (await Catalog.AgentIdentities.ListAsync(Token).SingleAsync(Token)).Identity.Id);
    }

    [Fact]
    public async Task Revoked_or_expired_token_and_suspended_or_removed_agent_get_nothing_again()
    {
        string revoked = await CreateTokenAsync();
        string suspended = await CreateTokenAsync();
        string removed = await CreateTokenAsync();
        string expired = await CreateTokenAsync();
        await EnrollAsync(revoked, _key, name: "revoked");
        EnrolledAgent cut = await EnrollAsync(suspended, _key, name: "suspended");
        EnrolledAgent gone = await EnrollAsync(removed, _key, name: "removed");
        await EnrollAsync(expired, _key, name: "expired");
        await Tokens.RevokeAsync(EnrollmentTokenText.Parse(revoked).Id, Token);
        await Admission.SuspendAsync(cut.AgentId, Token);
        await Admission.RemoveAsync(gone.AgentId, removeTasks: false, Token);

        await FailsAsync(ErrorCode.EnrollmentRefused, () => EnrollAsync(revoked, _key, Address(1), "revoked"));
        await FailsAsync(ErrorCode.EnrollmentRefused, () => EnrollAsync(suspended, _key, Address(2), "suspended"));
        await FailsAsync(ErrorCode.EnrollmentRefused, () => EnrollAsync(removed, _key, Address(3), "removed"));
        Time.Advance(TimeSpan.FromDays(1));
        await FailsAsync(ErrorCode.EnrollmentRefused, () => EnrollAsync(expired, _key, Address(4), "expired"));
    }

    [Fact]
    public async Task Agent_that_was_approved_meanwhile_stays_so()
    {
        string token = await CreateTokenAsync(new NewEnrollmentTokenRequest { NeedsApproval = true });
        EnrolledAgent lost = await EnrollAsync(token, _key, name: "pc");
        Assert.Equal(AgentStatus.Pending, (await EnrollAsync(token, _key, name: "pc")).Status);
        await Admission.ApproveAsync(lost.AgentId, Token);

        Assert.Equal(AgentStatus.Approved, (await EnrollAsync(token, _key, name: "pc")).Status);
    }

    [Fact]
    public async Task With_another_token_the_same_machine_becomes_what_that_token_says()
    {
        await Catalog.AgentGroups.AddAsync(new AgentGroupRecord { Id = Guid.NewGuid(), Name = "Office", Created = Time.GetUtcNow() }, Token);
        string first = await CreateTokenAsync();
        EnrolledAgent lost = await EnrollAsync(first, _key, name: "pc");
        await Tokens.RevokeAsync(EnrollmentTokenText.Parse(first).Id, Token);
        string second = await CreateTokenAsync(new NewEnrollmentTokenRequest { Kind = AgentKind.Server, Group = "office" });

        EnrolledAgent again = await EnrollAsync(second, _key, name: "pc");

        using X509Certificate2 certificate = X509CertificateLoader.LoadCertificate(again.Certificate);
        AgentIdentity identity = (await Check.AdmitAsync(certificate, null, Token)).Agent!.Identity;
        Assert.Equal((lost.AgentId, AgentKind.Server, EnrollmentTokenText.Parse(second).Id), (identity.Id, identity.Kind, identity.EnrolledWith));
        Assert.Equal([lost.AgentId], (await Catalog.AgentGroups.FindAsync("office", Token))!.Listed);
        Assert.Equal([0, 0], await Tokens.ListAsync(Token).Select(token => token.Remaining).ToListAsync(Token));
    }

    [Fact]
    public async Task Audit_log_has_each_attempt_and_repeating_becomes_slow()
    {
        string token = await CreateTokenAsync();
        EnrolledAgent agent = await EnrollAsync(token, _key, Address(1), "pc");
        for (int i = 0; i < GuessDelays<System.Net.IPAddress>.FreeFailures; i++)
        {
            await EnrollAsync(token, _key, Address(1), "pc");
        }

        Task<EnrolledAgent> waiting = EnrollAsync(token, _key, Address(1), "pc");
        Assert.False(waiting.IsCompleted);
        Time.Advance(TimeSpan.FromSeconds(1));
        await waiting.WaitAsync(Token);

        List<AuditRecord> entries = await Catalog.Audit.ListAsync(0, long.MaxValue, Token).Where(entry => entry.Action == AgentEnrollment.Action).ToListAsync(Token);
        string target = $"agent pc ({agent.AgentId}), enrolment token {EnrollmentTokenText.Parse(token).Id}";
        Assert.Equal(2 * (2 + GuessDelays<System.Net.IPAddress>.FreeFailures), entries.Count);
        Assert.All(entries, entry => Assert.Equal((CallerKind.Agent, "pc", Address(1).ToString()), (entry.CallerKind, entry.Caller, entry.Origin)));
        Assert.Equal(2, entries.Count(entry => entry.Target == target));
        Assert.Equal(entries.Count - 2, entries.Count(entry => entry.Target == target + ", again"));
    }
}
