using HandyBackup.Contracts;
using HandyBackup.Module.Tests.Hosting;

namespace HandyBackup.Module.Tests.Commands;

public sealed class NewApiTokenTests
{
    [Fact]
    public async Task The_token_is_shown_once()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IApiTokens.CreateAsync", new NewApiToken(Samples.ApiToken(), new Secret { Value = "HBT1-shown-once" }));
        panel.Server.On("IApiTokens.ListAsync", new[] { Samples.ApiToken() });

        Assert.Equal("HBT1-shown-once", (await panel.OutputAsync("New-HBApiToken anna -Role Operator -Agent pc1 -Lifetime 1.00:00:00"))[0].Get("Token"));
        Assert.Null((await panel.OutputAsync("Get-HBApiToken"))[0].Get("Token"));

        var request = panel.Server.Request<CreateApiTokenRequest>("IApiTokens.CreateAsync");
        Assert.Equal(("anna", TimeSpan.FromDays(1), "pc1"), (request.Name, request.Lifetime, Assert.Single(Assert.Single(request.Grants).Agents)));
    }

    [Fact]
    public async Task WhatIf_changes_nothing()
    {
        await using Panel panel = await Panel.OpenAsync();

        await panel.OutputAsync("New-HBApiToken anna -Role Auditor -WhatIf");

        Assert.Equal(0, panel.Server.Count("IApiTokens.CreateAsync"));
        Assert.Contains("What if", panel.UI.Text, StringComparison.Ordinal);
    }
}
