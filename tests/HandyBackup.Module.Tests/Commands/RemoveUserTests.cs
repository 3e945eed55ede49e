using HandyBackup.Contracts;
using HandyBackup.Module.Tests.Hosting;

namespace HandyBackup.Module.Tests.Commands;

public sealed class RemoveUserTests
{
    [Fact]
    public async Task They_come_through_the_pipeline()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IUsers.ListAsync", new[] { Samples.User() });
        panel.Server.On("IUsers.RemoveAsync", null);

        await panel.OutputAsync("Get-HBUser | Remove-HBUser -Confirm:$false");

        Assert.Equal("anna", panel.Server.Request<UserReference>("IUsers.RemoveAsync").Name);
    }

    [Fact]
    public async Task WhatIf_changes_nothing()
    {
        await using Panel panel = await Panel.OpenAsync();

        await panel.OutputAsync("Remove-HBUser anna -WhatIf");

        Assert.Equal(0, panel.Server.Count("IUsers.RemoveAsync"));
        Assert.Contains("What if", panel.UI.Text, StringComparison.Ordinal);
    }
}
