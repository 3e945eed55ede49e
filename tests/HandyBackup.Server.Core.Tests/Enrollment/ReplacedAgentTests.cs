using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using HandyBackup.Catalog;
using HandyBackup.Contracts;

namespace HandyBackup.Server.Core.Tests;

/// <summary>A machine takes an agent's place: what stays, what ends, and who cannot do it.</summary>
public sealed class ReplacedAgentTests : FleetHarness
{
    [Fact]
    public async Task New_machine_becomes_the_agent_with_all_that_it_was()
    {
        var group = new AgentGroupRecord { Id = Guid.NewGuid(), Name = "Office", Created = Time.GetUtcNow() };
        await Catalog.AgentGroups.AddAsync(group, Token);
        (Guid id, X509Certificate2 old) = await EnrollOldAsync(new NewEnrollmentTokenRequest { Kind = AgentKind.Server, Group = "Office" });
        using X509Certificate2 oldCertificate = old;
        await Catalog.AgentIdentities.ChangeTagsAsync(id, _ => ["blue"], Token);
        using AgentArrival connection = Agents.Enter(id);
        Time.Advance(TimeSpan.FromDays(3));

        string token = await PlaceAsync("OLD");
        EnrolledAgent taken = await EnrollAsync(token, NewKey(), Address(7), "another host");

        using X509Certificate2 certificate = X509CertificateLoader.LoadCertificate(taken.Certificate);
        AgentIdentity identity = (await Check.AdmitAsync(certificate, "192.0.0.7", Token)).Agent!.Identity;
        Assert.Equal((id, "old", AgentStatus.Approved), (taken.AgentId, taken.Name, taken.Status));
        Assert.Equal(("old", AgentKind.Server, "blue", Time.GetUtcNow(), EnrollmentTokenText.Parse(token).Id), (identity.Name, identity.Kind, Assert.Single(identity.Tags), identity.Enrolled, identity.EnrolledWith));
        Assert.Equal([id], (await Catalog.AgentGroups.FindAsync("office", Token))!.Listed);
        Assert.True(connection.CutOff.IsCancellationRequested);
        Assert.Equal(ErrorCode.AgentCertificateSuperseded, (await Check.AdmitAsync(oldCertificate, null, Token)).Refusal!.Code);
        await FailsAsync(ErrorCode.AgentCertificateSuperseded, () => Enrollment.RenewAsync(id, AgentCertificates.SerialOf(oldCertificate), Request(NewKey()), Token));
        await FailsAsync(ErrorCode.EnrollmentRefused, () => EnrollAsync(token, NewKey(), Address(8), "third"));
        AuditRecord noted = await Catalog.Audit.ListAsync(0, long.MaxValue, Token).FirstAsync(entry => entry.Origin == "192.0.0.7", Token);
        Assert.Equal(("old", $"agent old ({id}), enrolment token {EnrollmentTokenText.Parse(token).Id}, in the place of its machine"), (noted.Caller, noted.Target));
    }

    [Fact]
    public async Task Until_the_new_machine_enrols_nothing_changes()
    {
        (Guid id, X509Certificate2 old) = await EnrollOldAsync();
        using X509Certificate2 certificate = old;
        using AgentArrival connection = Agents.Enter(id);

        NewEnrollmentToken token = await Tokens.CreateAsync(new NewEnrollmentTokenRequest { Agent = id.ToString() }, Token);

        Assert.Equal(("old", 1, 1), (token.Info.Agent, token.Info.Uses, token.Info.Remaining));
        Assert.Equal("old", (await Tokens.ListAsync(Token).FirstAsync(info => info.Id == token.Info.Id, Token)).Agent);
        Assert.False(connection.CutOff.IsCancellationRequested);
        Assert.NotNull((await Check.AdmitAsync(certificate, null, Token)).Agent);
    }

    [Fact]
    public async Task Lost_answer_is_given_again_and_the_old_machine_stays_outside()
    {
        (Guid id, X509Certificate2 old) = await EnrollOldAsync();
        using X509Certificate2 oldCertificate = old;
        string token = await PlaceAsync("old");
        ECDsa key = NewKey();
        await EnrollAsync(token, key, name: "host");

        EnrolledAgent again = await EnrollAsync(token, key, name: "host");

        using X509Certificate2 certificate = X509CertificateLoader.LoadCertificate(again.Certificate);
        Assert.Equal((id, "old"), (again.AgentId, again.Name));
        Assert.Equal(ErrorCode.AgentCertificateSuperseded, (await Check.CheckAsync(oldCertificate, Token)).Refusal!.Code);
        Assert.NotNull((await Check.AdmitAsync(certificate, null, Token)).Agent);
        await FailsAsync(ErrorCode.EnrollmentRefused, () => EnrollAsync(token, key, name: "host"));
    }

    [Fact]
    public async Task Agent_that_was_suspended_stays_so_in_its_new_machine()
    {
        (Guid id, X509Certificate2 old) = await EnrollOldAsync();
        old.Dispose();
        await Admission.SuspendAsync(id, Token);

        EnrolledAgent taken = await EnrollAsync(await PlaceAsync("old"), NewKey());

        using X509Certificate2 certificate = X509CertificateLoader.LoadCertificate(taken.Certificate);
        Assert.Equal(AgentStatus.Suspended, taken.Status);
        Assert.Equal(ErrorCode.AgentSuspended, (await Check.AdmitAsync(certificate, null, Token)).Refusal!.Code);
    }

    [Fact]
    public async Task Token_goes_with_the_agent_that_is_removed()
    {
        (Guid id, X509Certificate2 old) = await EnrollOldAsync();
        old.Dispose();
        string token = await PlaceAsync("old");
        await Admission.RemoveAsync(id, removeTasks: false, Token);

        await FailsAsync(ErrorCode.EnrollmentRefused, () => EnrollAsync(token, NewKey(), name: "old"));

        Assert.NotNull((await Tokens.ListAsync(Token).FirstAsync(info => info.Id == EnrollmentTokenText.Parse(token).Id, Token)).Revoked);
        Assert.Empty(await Catalog.AgentIdentities.ListAsync(Token).ToListAsync(Token));
    }

    [Fact]
    public async Task Place_that_cannot_be_taken_is_said_when_the_token_is_made()
    {
        (_, X509Certificate2 old) = await EnrollOldAsync();
        old.Dispose();
        await Catalog.AgentIdentities.SaveEmbeddedAsync("nas", Time.GetUtcNow(), Token);

        await FailsAsync(ErrorCode.AgentNotFound, () => PlaceAsync("nobody"));
        HandyBackupException embedded = await FailsAsync(ErrorCode.InvalidArgument, () => PlaceAsync("nas"));
        await FailsAsync(ErrorCode.InvalidArgument, () => CreateTokenAsync(new NewEnrollmentTokenRequest { Agent = "old", Uses = 2 }));
        await FailsAsync(ErrorCode.InvalidArgument, () => CreateTokenAsync(new NewEnrollmentTokenRequest { Agent = "old", Group = "office" }));
        await FailsAsync(ErrorCode.InvalidArgument, () => CreateTokenAsync(new NewEnrollmentTokenRequest { Agent = "old", NeedsApproval = true }));

        Assert.Equal("nas", embedded.Target);
    }

    [Fact]
    public async Task After_a_restoration_a_certificate_of_the_lost_time_does_not_take_the_place_back()
    {
        (Guid id, X509Certificate2 old) = await EnrollOldAsync();
        old.Dispose();
        Time.Advance(TimeSpan.FromDays(1));
        DateTimeOffset saved = Time.GetUtcNow();
        using X509Certificate2 renewed = Certificates.Issue(id, Request(NewKey()));
        Time.Advance(TimeSpan.FromDays(1));
        await new RestorationNote(saved, Time.GetUtcNow()).SaveAsync(Catalog.Settings, Token);
        Assert.NotNull((await Check.CheckAsync(renewed, Token)).Agent);
        Time.Advance(TimeSpan.FromDays(1));

        await EnrollAsync(await PlaceAsync("old"), NewKey());

        Assert.Equal(ErrorCode.AgentCertificateSuperseded, (await Check.AdmitAsync(renewed, null, Token)).Refusal!.Code);
    }

    private static ECDsa NewKey() => ECDsa.Create(ECCurve.NamedCurves.nistP256);

    private Task<string> PlaceAsync(string agent) => CreateTokenAsync(new NewEnrollmentTokenRequest { Agent = agent });

    private async Task<(Guid Id, X509Certificate2 Certificate)> EnrollOldAsync(NewEnrollmentTokenRequest? request = null)
    {
        EnrolledAgent agent = await EnrollAsync(await CreateTokenAsync(request), NewKey(), name: "old");
        return (agent.AgentId, X509CertificateLoader.LoadCertificate(agent.Certificate));
    }
}
