using System.Management.Automation;
using HandyBackup.Contracts;
using HandyBackup.Module.Tests.Hosting;

namespace HandyBackup.Module.Tests.Commands;

public sealed class NewAgentGroupTests
{
    [Fact]
    public async Task Rule_and_listed_agents_are_sent()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IAgentGroups.CreateAsync", Samples.AgentGroup());

        PSObject group = Assert.Single(await panel.OutputAsync(
            "New-HBAgentGroup office laptop, pc7 -AgentPattern pc* -OperatingSystem Debian* -Kind Workstation -Tag finance, old -Description 'ground floor'"));

        CreateAgentGroupRequest request = panel.Server.Request<CreateAgentGroupRequest>("IAgentGroups.CreateAsync");
        Assert.Equal(("office", "ground floor"), (request.Name, request.Description));
        Assert.Equal(["laptop", "pc7"], request.Agents);
        Assert.Equal(("pc*", "Debian*", AgentKind.Workstation), (request.Rule!.Name, request.Rule.OperatingSystem, request.Rule.Kind));
        Assert.Equal(["finance", "old"], request.Rule.Tags);
        Assert.Equal("office", group.Text("Name"));
    }

    [Fact]
    public async Task Without_conditions_there_is_no_rule()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IAgentGroups.CreateAsync", Samples.AgentGroup());
        panel.Server.On("IAgents.ListAsync", new[] { Samples.Agent("laptop"), Samples.Agent("pc7") });

        await panel.OutputAsync("New-HBAgentGroup office (Get-HBAgent)");

        CreateAgentGroupRequest request = panel.Server.Request<CreateAgentGroupRequest>("IAgentGroups.CreateAsync");
        Assert.Null(request.Rule);
        Assert.Equal(["laptop", "pc7"], request.Agents);
    }

    [Fact]
    public async Task WhatIf_changes_nothing()
    {
        await using Panel panel = await Panel.OpenAsync();

        await panel.OutputAsync("New-HBAgentGroup office -WhatIf");

        Assert.Equal(0, panel.Server.Count("IAgentGroups.CreateAsync"));
        Assert.Contains("What if", panel.UI.Text, StringComparison.Ordinal);
    }
}
