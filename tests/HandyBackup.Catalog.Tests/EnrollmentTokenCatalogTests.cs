using HandyBackup.Contracts;

namespace HandyBackup.Catalog.Tests;

public sealed class EnrollmentTokenCatalogTests : CatalogFixture
{
    [Fact]
    public async Task Token_survives_reopening_with_every_property()
    {
        EnrollmentTokenRecord token = Samples.Token() with { Info = Samples.Token().Info with { Group = "office" } };
        EnrollmentTokenRecord plain = Samples.Token("ff") with { Info = Samples.Token("ff").Info with { NeedsApproval = false, Kind = AgentKind.Workstation, Created = Samples.Time.AddHours(1) } };
        await using (SqliteCatalog catalog = await OpenAsync())
        {
            await catalog.AgentGroups.AddAsync(Samples.Group(), Token);
            await catalog.EnrollmentTokens.AddAsync(token, Token);
            await catalog.EnrollmentTokens.AddAsync(plain, Token);
        }

        await using SqliteCatalog reopened = await OpenAsync();
        Assert.Equal(token, await reopened.EnrollmentTokens.FindAsync(token.Info.Id, Token));
        Assert.Equal([plain, token], await reopened.EnrollmentTokens.ListAsync(Token).ToListAsync(Token));
        Assert.Null(await reopened.EnrollmentTokens.FindAsync("00", Token));
    }

    [Fact]
    public async Task Token_is_counted_down_together_with_the_agent_that_it_admits()
    {
        await using SqliteCatalog catalog = await OpenAsync();
        await catalog.EnrollmentTokens.AddAsync(Samples.Token(uses: 2), Token);
        string id = Samples.Token().Info.Id;
        AgentIdentityRecord first = Samples.Agent("one");

        Assert.True(await catalog.EnrollmentTokens.RedeemAsync(id, first, Samples.Time, Token));
        HandyBackupException taken = await Assert.ThrowsAsync<HandyBackupException>(() => catalog.EnrollmentTokens.RedeemAsync(id, Samples.Agent("ONE"), Samples.Time, Token));
        Assert.Equal(1, (await catalog.EnrollmentTokens.FindAsync(id, Token))!.Info.Remaining);
        Assert.True(await catalog.EnrollmentTokens.RedeemAsync(id, Samples.Agent("two"), Samples.Time, Token));
        Assert.False(await catalog.EnrollmentTokens.RedeemAsync(id, Samples.Agent("three"), Samples.Time, Token));

        Assert.Equal((ErrorCode.AgentExists, "ONE"), (taken.Code, taken.Target));
        Assert.Equal(["one", "two"], await catalog.AgentIdentities.ListAsync(Token).Select(agent => agent.Identity.Name).ToListAsync(Token));
        Assert.Equivalent(first.Identity, (await catalog.AgentIdentities.FindAsync(first.Identity.Id, Token))!.Identity, strict: true);
    }

    [Fact]
    public async Task All_that_could_be_used_are_revoked_at_once_and_the_others_are_left_alone()
    {
        await using SqliteCatalog catalog = await OpenAsync();
        EnrollmentTokenRecord usable = Samples.Token("aa");
        EnrollmentTokenRecord used = Samples.Token("bb") with { Info = Samples.Token("bb").Info with { Remaining = 0 } };
        EnrollmentTokenRecord expired = Samples.Token("cc") with { Info = Samples.Token("cc").Info with { Expires = Samples.Time } };
        foreach (EnrollmentTokenRecord token in (EnrollmentTokenRecord[])[usable, used, expired])
        {
            await catalog.EnrollmentTokens.AddAsync(token, Token);
        }

        Assert.Equal(1, await catalog.EnrollmentTokens.RevokeAllAsync(Samples.Time, Token));
        Assert.Equal(0, await catalog.EnrollmentTokens.RevokeAllAsync(Samples.Time, Token));

        Assert.Equal(Samples.Time, (await catalog.EnrollmentTokens.FindAsync("aa", Token))!.Info.Revoked);
        Assert.Equal(used, await catalog.EnrollmentTokens.FindAsync("bb", Token));
        Assert.Equal(expired, await catalog.EnrollmentTokens.FindAsync("cc", Token));
    }

    [Fact]
    public async Task Expired_revoked_and_unknown_tokens_admit_nobody()
    {
        await using SqliteCatalog catalog = await OpenAsync();
        EnrollmentTokenRecord token = Samples.Token(uses: 9);
        await catalog.EnrollmentTokens.AddAsync(token, Token);

        Assert.False(await catalog.EnrollmentTokens.RedeemAsync(token.Info.Id, Samples.Agent(), token.Info.Expires, Token));
        Assert.False(await catalog.EnrollmentTokens.RedeemAsync("00", Samples.Agent(), Samples.Time, Token));
        Assert.False(await catalog.EnrollmentTokens.RevokeAsync("00", Samples.Time, Token));
        Assert.True(await catalog.EnrollmentTokens.RevokeAsync(token.Info.Id, Samples.Time, Token));
        Assert.True(await catalog.EnrollmentTokens.RevokeAsync(token.Info.Id, Samples.Time.AddHours(3), Token));
        Assert.False(await catalog.EnrollmentTokens.RedeemAsync(token.Info.Id, Samples.Agent(), Samples.Time, Token));

        Assert.Equal(Samples.Time, (await catalog.EnrollmentTokens.FindAsync(token.Info.Id, Token))!.Info.Revoked);
        Assert.Empty(await catalog.AgentIdentities.ListAsync(Token).ToListAsync(Token));
    }

    [Fact]
    public async Task Setting_that_is_saved_first_stays()
    {
        await using SqliteCatalog catalog = await OpenAsync();

        byte[][] values = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(() => catalog.Settings.SaveFirstAsync("x", [(byte)i], Token), Token)));

        byte[]? saved = await catalog.Settings.FindAsync("x", Token);
        Assert.All(values, value => Assert.Equal(saved, value));
    }
}
