using System.Security.Cryptography;
using System.Text;
using HandyBackup.Catalog;
using HandyBackup.Contracts;

namespace HandyBackup.Server.Core.Tests;

public sealed class EnrollmentTokensTests : FleetHarness
{
    [Fact]
    public async Task New_token_says_what_it_is_for_and_prints_no_secret()
    {
        await Catalog.AgentGroups.AddAsync(new AgentGroupRecord { Id = Guid.NewGuid(), Name = "office", Created = Time.GetUtcNow() }, Token);
        NewEnrollmentToken made = await Tokens.CreateAsync(
            new NewEnrollmentTokenRequest { Kind = AgentKind.Server, Uses = 3, Lifetime = TimeSpan.FromHours(2), Group = "office", NeedsApproval = true, Note = "new racks" }, Token);
        EnrollmentTokenText text = EnrollmentTokenText.Parse(made.Token.Value);

        Assert.Equal(text.Id, made.Info.Id);
        Assert.True(text.Promises(Authority.Certificate.RawData));
        Assert.Equal((AgentKind.Server, 3, 3, "office", true, "new racks"), (made.Info.Kind, made.Info.Uses, made.Info.Remaining, made.Info.Group, made.Info.NeedsApproval, made.Info.Note));
        Assert.Equal((Time.GetUtcNow(), Time.GetUtcNow().AddHours(2), null), (made.Info.Created, made.Info.Expires, made.Info.Revoked));
        Assert.Equal([made.Info], await Tokens.ListAsync(Token).ToListAsync(Token));
        Assert.DoesNotContain(made.Token.Value, made.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Token_that_makes_no_sense_is_refused()
    {
        NewEnrollmentTokenRequest[] requests =
        [
            new() { Uses = 0 },
            new() { Uses = 100_001 },
            new() { Lifetime = TimeSpan.Zero },
            new() { Lifetime = TimeSpan.FromDays(400) },
            new() { Kind = (AgentKind)7 },
            new() { Note = new string('x', 1001) },
        ];
        foreach (NewEnrollmentTokenRequest request in requests)
        {
            await FailsAsync(ErrorCode.InvalidArgument, () => Tokens.CreateAsync(request, Token));
        }

        await FailsAsync(ErrorCode.AgentGroupNotFound, () => Tokens.CreateAsync(new NewEnrollmentTokenRequest { Group = "ofice" }, Token));
        Assert.Empty(await Tokens.ListAsync(Token).ToListAsync(Token));
    }

    [Fact]
    public async Task Revoked_token_stays_in_the_list()
    {
        NewEnrollmentToken made = await Tokens.CreateAsync(new NewEnrollmentTokenRequest(), Token);

        await Tokens.RevokeAsync(made.Info.Id.ToUpperInvariant(), Token);

        Assert.Equal(Time.GetUtcNow(), (await Tokens.ListAsync(Token).SingleAsync(Token)).Revoked);
        await FailsAsync(ErrorCode.EnrollmentTokenNotFound, () => Tokens.RevokeAsync("0123456789abcdef", Token));
    }

    [Fact]
    public async Task Secret_reaches_neither_catalog_nor_log()
    {
        string good = await CreateTokenAsync();
        string wrong = Altered(good, 32);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        HandyBackupException refused = await FailsAsync(ErrorCode.EnrollmentRefused, () => EnrollAsync(wrong, key));
        await EnrollAsync(good, key);
        HandyBackupException again = await FailsAsync(ErrorCode.EnrollmentRefused, () => EnrollAsync(good, key));

        string said = string.Join('\n', [.. Log.Lines, refused.ToString(), again.ToString()]);
        foreach (string token in new[] { good, wrong })
        {
            byte[] secret = EnrollmentTokenText.Parse(token).Secret.ToArray();
            string plain = token.Replace("-", "", StringComparison.Ordinal);
            string[] forms = [token, plain, plain[16..40], Convert.ToHexString(secret), Convert.ToBase64String(secret)];
            Assert.False(IsInFiles(secret));
            Assert.All(forms, form => Assert.False(IsInFiles(Encoding.ASCII.GetBytes(form))));
            Assert.All(forms, form => Assert.DoesNotContain(form, said, StringComparison.OrdinalIgnoreCase));
        }

        Assert.True(IsInFiles(SHA256.HashData(EnrollmentTokenText.Parse(good).Secret)));
    }

    private static string Altered(string token, int position) => token[..position] + (token[position] == 'A' ? 'B' : 'A') + token[(position + 1)..];
}
