using HandyBackup.Contracts;
using HandyBackup.Module.Tests.Hosting;

namespace HandyBackup.Module.Tests.Commands;

public sealed class DenyRemovalTests
{
    [Fact]
    public async Task Requests_come_through_the_pipeline()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IRemovalRequests.ListAsync", new[] { Samples.Removal() });
        panel.Server.On("IRemovalRequests.DenyAsync", null);

        await panel.OutputAsync("Get-HBRemoval | Deny-HBRemoval -Confirm:$false");

        Assert.Equal(Samples.RunId, panel.Server.Request<RemovalRequestReference>("IRemovalRequests.DenyAsync").Id);
    }

    [Fact]
    public async Task WhatIf_changes_nothing()
    {
        await using Panel panel = await Panel.OpenAsync();

        await panel.OutputAsync("Deny-HBRemoval '11111111-2222-3333-4444-555555555555' -WhatIf");

        Assert.Equal(0, panel.Server.Count("IRemovalRequests.DenyAsync"));
        Assert.Contains("What if", panel.UI.Text, StringComparison.Ordinal);
    }
}
