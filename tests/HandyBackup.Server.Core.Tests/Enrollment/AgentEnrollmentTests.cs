using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using HandyBackup.Catalog;
using HandyBackup.Contracts;

namespace HandyBackup.Server.Core.Tests;

public sealed class AgentEnrollmentTests : FleetHarness
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    [Fact]
    public async Task Machine_with_a_token_becomes_what_the_token_says()
    {
        await Catalog.AgentGroups.AddAsync(new AgentGroupRecord { Id = Guid.NewGuid(), Name = "Office", Created = Time.GetUtcNow() }, Token);
        NewEnrollmentToken token = await Tokens.CreateAsync(new NewEnrollmentTokenRequest { Kind = AgentKind.Server, Group = "office" }, Token);

        EnrolledAgent enrolled = await EnrollAsync(token.Token.Value.ToLowerInvariant(), _key, IPAddress.Parse("192.0.2.7"), "Laptop 7");

        using X509Certificate2 certificate = X509CertificateLoader.LoadCertificate(enrolled.Certificate);
        AgentVerdict verdict = await Check.CheckAsync(certificate, Token);
        Assert.Equal(AgentStatus.Approved, enrolled.Status);
        Assert.Equal(Authority.Certificate.RawData, enrolled.AuthorityCertificate);
        Assert.Equal(enrolled.AgentId, IdOf(certificate));
        Assert.Equal([enrolled.AgentId], (await Catalog.AgentGroups.FindAsync("office", Token))!.Listed);
        Assert.Equivalent(
            new AgentIdentity
            {
                Id = enrolled.AgentId,
                Name = "Laptop 7",
                Kind = AgentKind.Server,
                Status = AgentStatus.Approved,
                Enrolled = Time.GetUtcNow(),
                EnrolledWith = token.Info.Id,
                LastAddress = "192.0.2.7",
            },
            verdict.Agent!.Identity,
            strict: true);
    }

    [Fact]
    public async Task Token_that_asks_for_approval_makes_a_pending_agent()
    {
        string token = await CreateTokenAsync(new NewEnrollmentTokenRequest { NeedsApproval = true });

        EnrolledAgent enrolled = await EnrollAsync(token, _key);

        using X509Certificate2 certificate = X509CertificateLoader.LoadCertificate(enrolled.Certificate);
        Assert.Equal(AgentStatus.Pending, enrolled.Status);
        Assert.Equal(ErrorCode.AgentNotApproved, (await Check.CheckAsync(certificate, Token)).Refusal!.Code);
    }

    [Fact]
    public async Task Token_for_one_use_gives_twenty_machines_at_once_one_certificate()
    {
        string token = await CreateTokenAsync();

        Exception?[] results = await Task.WhenAll(
            Enumerable.Range(0, 20).Select(i => Task.Run(
                async () =>
                {
                    using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
                    return await Record.ExceptionAsync(() => EnrollAsync(token, key, Address(i)));
                },
                Token)));

        Assert.Single(results, result => result is null);
        Assert.All(results.OfType<Exception>(), result => Assert.Equal(ErrorCode.EnrollmentRefused, Assert.IsType<HandyBackupException>(result).Code));
        Assert.Single(await Catalog.AgentIdentities.ListAsync(Token).ToListAsync(Token));
    }

    [Fact]
    public async Task Token_is_counted()
    {
        string token = await CreateTokenAsync(new NewEnrollmentTokenRequest { Uses = 3 });
        for (int i = 0; i < 3; i++)
        {
            await EnrollAsync(token, _key);
        }

        await IsRefusedAsync(token, "used up");
        Assert.Equal(0, (await Tokens.ListAsync(Token).SingleAsync(Token)).Remaining);
    }

    [Fact]
    public async Task Expired_token_is_refused()
    {
        string token = await CreateTokenAsync(new NewEnrollmentTokenRequest { Uses = 2, Lifetime = TimeSpan.FromHours(1) });
        Time.Advance(TimeSpan.FromHours(1) - TimeSpan.FromTicks(1));
        await EnrollAsync(token, _key);

        Time.Advance(TimeSpan.FromTicks(1));

        await IsRefusedAsync(token, "expired");
    }

    [Fact]
    public async Task Revoked_token_is_refused()
    {
        string token = await CreateTokenAsync();
        await Tokens.RevokeAsync(EnrollmentTokenText.Parse(token).Id, Token);

        await IsRefusedAsync(token, "revoked");
    }

    [Fact]
    public async Task Unknown_and_wrong_tokens_are_refused_alike()
    {
        EnrollmentTokenText good = EnrollmentTokenText.Parse(await CreateTokenAsync());
        byte[] id = Convert.FromHexString(good.Id);

        await IsRefusedAsync(new EnrollmentTokenText(new byte[8], good.Secret, good.Fingerprint).Format().Value, "unknown");
        await IsRefusedAsync(new EnrollmentTokenText(id, new byte[16], good.Fingerprint).Format().Value, "secret is wrong");
        await IsRefusedAsync(new EnrollmentTokenText(id, good.Secret, new byte[16]).Format().Value, "another server");
        await IsRefusedAsync("", "empty");
        await EnrollAsync(good.Format().Value, _key);
    }

    [Fact]
    public async Task Token_altered_at_any_character_is_refused()
    {
        string token = await CreateTokenAsync();
        for (int i = 0; i < token.Length; i++)
        {
            if (token[i] != '-')
            {
                string altered = token[..i] + (token[i] == 'Q' ? 'R' : 'Q') + token[(i + 1)..];
                await FailsAsync(ErrorCode.EnrollmentRefused, () => EnrollAsync(altered, _key, Address(i)));
            }
        }

        await EnrollAsync(token, _key);
    }

    [Fact]
    public async Task What_fails_after_the_token_was_accepted_does_not_use_it_up()
    {
        string token = await CreateTokenAsync();
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await EnrollAsync(await CreateTokenAsync(), other, name: "taken");
        var request = new EnrollAgentRequest { Token = new Secret { Value = token }, Name = "new", CertificateRequest = [1, 2, 3] };

        await FailsAsync(ErrorCode.AgentExists, () => EnrollAsync(token, _key, name: "TAKEN"));
        await FailsAsync(ErrorCode.InvalidArgument, () => EnrollAsync(token, _key, name: "a/b"));
        await FailsAsync(ErrorCode.CertificateRequestInvalid, () => Enrollment.EnrollAsync(request, null, Token));

        await EnrollAsync(token, _key);
    }

    [Fact]
    public async Task Stranger_learns_nothing_of_names_or_requests()
    {
        await EnrollAsync(await CreateTokenAsync(), _key, name: "taken");
        string wrong = new EnrollmentTokenText(new byte[8], new byte[16], new byte[16]).Format().Value;
        var request = new EnrollAgentRequest { Token = new Secret { Value = wrong }, Name = "taken", CertificateRequest = [1, 2, 3] };

        await FailsAsync(ErrorCode.EnrollmentRefused, () => Enrollment.EnrollAsync(request, null, Token));
    }

    [Fact]
    public async Task Name_of_the_agent_inside_the_server_is_not_given_away()
    {
        await Catalog.AgentIdentities.SaveEmbeddedAsync("nas", Time.GetUtcNow(), Token);
        string token = await CreateTokenAsync();

        await FailsAsync(ErrorCode.AgentExists, () => EnrollAsync(token, _key, name: "NAS"));
    }

    [Fact]
    public async Task Guessing_becomes_slow_and_the_right_token_waits_too()
    {
        string token = await CreateTokenAsync(new NewEnrollmentTokenRequest { Uses = 2 });
        for (int i = 0; i < GuessDelays<System.Net.IPAddress>.FreeFailures; i++)
        {
            await FailsAsync(ErrorCode.EnrollmentRefused, () => EnrollAsync("HB1-", _key, Address(1)));
        }

        Task<EnrolledAgent> waiting = EnrollAsync(token, _key, Address(1));
        await EnrollAsync(token, _key, Address(2));
        Assert.False(waiting.IsCompleted);
        Time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(AgentStatus.Approved, (await waiting.WaitAsync(Token)).Status);
    }

    [Fact]
    public async Task Renewed_certificate_belongs_to_the_same_agent()
    {
        using X509Certificate2 before = await EnrollAsync();
        byte[] serial = AgentCertificates.SerialOf(before);
        Time.Advance(TimeSpan.FromDays(250));

        using X509Certificate2 after = X509CertificateLoader.LoadCertificate(await Enrollment.RenewAsync(IdOf(before), serial, Request(_key), Token));

        Assert.Equal(IdOf(before), IdOf(after));
        Assert.Equal(Time.GetUtcNow().AddDays(365), after.NotAfter);
        Assert.NotNull((await Check.CheckAsync(before, Token)).Agent);
        Assert.NotNull((await Check.AdmitAsync(after, null, Token)).Agent);
        Assert.Equal(ErrorCode.AgentCertificateSuperseded, (await Check.AdmitAsync(before, null, Token)).Refusal!.Code);
        await FailsAsync(ErrorCode.AgentCertificateSuperseded, () => Enrollment.RenewAsync(IdOf(before), serial, Request(_key), Token));
        await FailsAsync(ErrorCode.CertificateRequestInvalid, () => Enrollment.RenewAsync(IdOf(after), AgentCertificates.SerialOf(after), [1], Token));
    }

    [Fact]
    public async Task Suspended_agent_gets_no_new_certificate()
    {
        using X509Certificate2 agent = await EnrollAsync();
        await Admission.SuspendAsync(IdOf(agent), Token);

        await FailsAsync(ErrorCode.AgentCertificateSuperseded, () => Enrollment.RenewAsync(IdOf(agent), AgentCertificates.SerialOf(agent), Request(_key), Token));
    }

    private async Task IsRefusedAsync(string token, string reason)
    {
        Log.Lines.Clear();
        HandyBackupException exception = await FailsAsync(ErrorCode.EnrollmentRefused, () => EnrollAsync(token, _key));

        Assert.Equal("The server does not accept the enrolment token.", exception.Message);
        Assert.Null(exception.InnerException);
        Assert.Contains(Log.Lines, line => line.Contains(reason, StringComparison.Ordinal));
    }
}
