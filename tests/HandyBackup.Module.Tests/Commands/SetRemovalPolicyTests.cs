using HandyBackup.Contracts;
using HandyBackup.Module.Tests.Hosting;

namespace HandyBackup.Module.Tests.Commands;

public sealed class SetRemovalPolicyTests
{
    [Fact]
    public async Task The_policy_is_sent()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IRemovalRequests.SetPolicyAsync", null);

        await panel.OutputAsync("Set-HBRemovalPolicy $true");

        Assert.True(panel.Server.Request<RemovalPolicy>("IRemovalRequests.SetPolicyAsync").NeedsApproval);
    }

    [Fact]
    public async Task WhatIf_changes_nothing()
    {
        await using Panel panel = await Panel.OpenAsync();

        await panel.OutputAsync("Set-HBRemovalPolicy $false -WhatIf");

        Assert.Equal(0, panel.Server.Count("IRemovalRequests.SetPolicyAsync"));
        Assert.Contains("What if", panel.UI.Text, StringComparison.Ordinal);
    }
}
