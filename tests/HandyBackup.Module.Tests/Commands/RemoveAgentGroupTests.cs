using System.Management.Automation;
using HandyBackup.Contracts;
using HandyBackup.Module.Tests.Hosting;

namespace HandyBackup.Module.Tests.Commands;

public sealed class RemoveAgentGroupTests
{
    [Fact]
    public async Task Groups_come_from_the_pipeline()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IAgentGroups.ListAsync", new[] { Samples.AgentGroup() });
        panel.Server.On("IAgentGroups.RemoveAsync", null);

        await panel.OutputAsync("Get-HBAgentGroup off* | Remove-HBAgentGroup -Confirm:$false");

        Assert.Equal("office", panel.Server.Request<AgentGroupReference>("IAgentGroups.RemoveAsync").Name);
    }

    [Fact]
    public async Task A_group_in_use_is_an_error_that_names_the_user()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.Fail("IAgentGroups.RemoveAsync", new HandyBackupException(ErrorCode.AgentGroupInUse, "Used by docs.") { Target = "office" });

        ErrorRecord error = await panel.ErrorAsync("Remove-HBAgentGroup office -Confirm:$false");

        Assert.Equal(("AgentGroupInUse", "office", ErrorCategory.ResourceBusy), (error.Id(), error.TargetObject, error.CategoryInfo.Category));
    }

    [Fact]
    public async Task WhatIf_changes_nothing()
    {
        await using Panel panel = await Panel.OpenAsync();

        await panel.OutputAsync("Remove-HBAgentGroup office -WhatIf");

        Assert.Equal(0, panel.Server.Count("IAgentGroups.RemoveAsync"));
        Assert.Contains("What if", panel.UI.Text, StringComparison.Ordinal);
    }
}
