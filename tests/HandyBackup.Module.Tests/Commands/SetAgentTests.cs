using System.Management.Automation;
using HandyBackup.Contracts;
using HandyBackup.Module.Tests.Hosting;

namespace HandyBackup.Module.Tests.Commands;

public sealed class SetAgentTests
{
    [Fact]
    public async Task Tags_are_replaced_added_and_taken_away()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IAgents.ListAsync", new[] { Samples.Agent("laptop") });
        panel.Server.On("IAgents.UpdateAsync", Samples.Agent("laptop") with { Tags = ["finance"] });

        PSObject agent = Assert.Single(await panel.OutputAsync("Get-HBAgent laptop | Set-HBAgent -AddTag finance, new -RemoveTag old -PassThru; Set-HBAgent laptop -Tag @()"));

        UpdateAgentRequest[] requests = [.. panel.Server.Calls.Where(call => call.Method == "IAgents.UpdateAsync").Select(call => (UpdateAgentRequest)call.Request!)];
        Assert.Equal(("laptop", null), (requests[0].Agent, requests[0].Tags));
        Assert.Equal(["finance", "new", "old"], [.. requests[0].AddTags, .. requests[0].RemoveTags]);
        Assert.Empty(requests[1].Tags!);
        Assert.Equal(["finance"], (string[])agent.Get("Tag")!);
    }

    [Fact]
    public async Task WhatIf_changes_nothing()
    {
        await using Panel panel = await Panel.OpenAsync();

        await panel.OutputAsync("Set-HBAgent laptop -AddTag finance -WhatIf");

        Assert.Equal(0, panel.Server.Count("IAgents.UpdateAsync"));
        Assert.Contains("What if", panel.UI.Text, StringComparison.Ordinal);
    }
}
