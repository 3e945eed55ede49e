using System.Management.Automation;
using HandyBackup.Contracts;
using HandyBackup.Module.Tests.Hosting;

namespace HandyBackup.Module.Tests.Commands;

public sealed class GetAgentGroupTests
{
    [Fact]
    public async Task Groups_are_listed_with_rule_and_members()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IAgentGroups.ListAsync", new[] { Samples.AgentGroup(), Samples.AgentGroup("all") with { Rule = null } });

        IReadOnlyList<PSObject> groups = await panel.OutputAsync("Get-HBAgentGroup");

        Assert.Equal(["office", "all"], groups.Select(group => group.Text("Name")));
        Assert.Equal(("pc*", null, "Workstation"), (groups[0].Text("AgentPattern"), groups[0].Text("OperatingSystem"), groups[0].Text("Kind")));
        Assert.Equal(["finance"], (string[])groups[0].Get("Tag")!);
        Assert.Equal(["laptop"], (string[])groups[0].Get("Listed")!);
        Assert.Equal(["laptop", "pc1"], (string[])groups[0].Get("Members")!);
        Assert.Empty((string[])groups[1].Get("Tag")!);
    }

    [Fact]
    public async Task An_unknown_name_is_an_error()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IAgentGroups.ListAsync", Array.Empty<AgentGroupInfo>());

        Assert.Equal("AgentGroupNotFound", (await panel.ErrorAsync("Get-HBAgentGroup nobody")).Id());
        Assert.Equal("nobody", panel.Server.Request<AgentGroupQuery>("IAgentGroups.ListAsync").Name);
        Assert.Empty(await panel.OutputAsync("Get-HBAgentGroup n*"));
    }

    [Fact]
    public async Task The_table_counts_the_members_and_shows_the_rule()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IAgentGroups.ListAsync", new[] { Samples.AgentGroup() with { Members = [.. Enumerable.Range(0, 1000).Select(i => $"pc{i}")] } });

        string shown = await panel.ShowAsync("Get-HBAgentGroup");

        Assert.Matches("office +1000 pc\\*, Workstation", shown);
        Assert.All(shown.Split('\n'), line => Assert.InRange(line.Length, 0, 80));
    }
}
