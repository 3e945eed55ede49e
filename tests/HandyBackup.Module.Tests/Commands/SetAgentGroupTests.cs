using System.Management.Automation;
using HandyBackup.Contracts;
using HandyBackup.Module.Tests.Hosting;

namespace HandyBackup.Module.Tests.Commands;

public sealed class SetAgentGroupTests
{
    [Fact]
    public async Task Only_what_was_given_is_sent()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IAgentGroups.ListAsync", new[] { Samples.AgentGroup() });
        panel.Server.On("IAgentGroups.UpdateAsync", Samples.AgentGroup("floor"));

        PSObject group = Assert.Single(await panel.OutputAsync("Get-HBAgentGroup office | Set-HBAgentGroup -NewName floor -AddAgent a, b -RemoveAgent c -PassThru"));

        UpdateAgentGroupRequest request = panel.Server.Request<UpdateAgentGroupRequest>("IAgentGroups.UpdateAsync");
        Assert.Equal(("office", "floor", null, null, false), (request.Name, request.NewName, request.Description, request.Rule, request.RemoveRule));
        Assert.Equal(["a", "b", "c"], [.. request.AddAgents, .. request.RemoveAgents]);
        Assert.Equal("floor", group.Text("Name"));
    }

    [Fact]
    public async Task Rule_is_replaced_or_taken_away()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IAgentGroups.UpdateAsync", Samples.AgentGroup());

        await panel.OutputAsync("Set-HBAgentGroup office -Tag finance; Set-HBAgentGroup office -RemoveRule");

        UpdateAgentGroupRequest[] requests = [.. panel.Server.Calls.Where(call => call.Method == "IAgentGroups.UpdateAsync").Select(call => (UpdateAgentGroupRequest)call.Request!)];
        Assert.Equal(["finance"], requests[0].Rule!.Tags);
        Assert.Equal((null, true), (requests[1].Rule, requests[1].RemoveRule));
    }

    [Fact]
    public async Task WhatIf_changes_nothing()
    {
        await using Panel panel = await Panel.OpenAsync();

        await panel.OutputAsync("Set-HBAgentGroup office -RemoveRule -WhatIf");

        Assert.Equal(0, panel.Server.Count("IAgentGroups.UpdateAsync"));
        Assert.Contains("What if", panel.UI.Text, StringComparison.Ordinal);
    }
}
