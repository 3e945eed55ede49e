using HandyBackup.Contracts;
using HandyBackup.Module.Tests.Hosting;

namespace HandyBackup.Module.Tests.Commands;

public sealed class GetApiTokenTests
{
    [Fact]
    public async Task Tokens_are_listed()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IApiTokens.ListAsync", new[] { Samples.ApiToken() });

        Assert.Equal("anna", (await panel.OutputAsync("Get-HBApiToken a*"))[0].Get("Name"));
        Assert.Equal("a*", panel.Server.Request<ApiTokenQuery>("IApiTokens.ListAsync").Name);
        Assert.Contains("Operator", await panel.ShowAsync("Get-HBApiToken"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_name_is_an_error()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IApiTokens.ListAsync", Array.Empty<ApiTokenInfo>());

        Assert.Equal("ApiTokenNotFound", (await panel.ErrorAsync("Get-HBApiToken nobody")).Id());
    }
}
