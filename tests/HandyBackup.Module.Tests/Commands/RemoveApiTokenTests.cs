using HandyBackup.Contracts;
using HandyBackup.Module.Tests.Hosting;

namespace HandyBackup.Module.Tests.Commands;

public sealed class RemoveApiTokenTests
{
    [Fact]
    public async Task They_come_through_the_pipeline()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IApiTokens.ListAsync", new[] { Samples.ApiToken() });
        panel.Server.On("IApiTokens.RemoveAsync", null);

        await panel.OutputAsync("Get-HBApiToken | Remove-HBApiToken -Confirm:$false");

        Assert.Equal("anna", panel.Server.Request<ApiTokenReference>("IApiTokens.RemoveAsync").Name);
    }

    [Fact]
    public async Task WhatIf_changes_nothing()
    {
        await using Panel panel = await Panel.OpenAsync();

        await panel.OutputAsync("Remove-HBApiToken anna -WhatIf");

        Assert.Equal(0, panel.Server.Count("IApiTokens.RemoveAsync"));
        Assert.Contains("What if", panel.UI.Text, StringComparison.Ordinal);
    }
}
