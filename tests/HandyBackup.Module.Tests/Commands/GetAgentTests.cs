using System.Management.Automation;
using HandyBackup.Contracts;
using HandyBackup.Module.Tests.Hosting;

namespace HandyBackup.Module.Tests.Commands;

public sealed class GetAgentTests
{
    [Fact]
    public async Task Agents_are_listed_with_their_sources_and_options()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IAgents.ListAsync", new[] { Samples.Agent() });

        PSObject agent = Assert.Single(await panel.OutputAsync("Get-HBAgent"));

        Assert.Equal(Samples.Agent().Id, agent.Get("Id"));
        Assert.Equal("Files", Assert.Single((object[])agent.Get("Sources")!).ToString());
        Assert.Equal("Exclude", (await panel.OutputAsync("(Get-HBAgent).Sources.Options"))[0].Get("Name"));
    }

    [Fact]
    public async Task An_unknown_name_is_an_error()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IAgents.ListAsync", Array.Empty<AgentInfo>());

        Assert.Equal("AgentNotFound", (await panel.ErrorAsync("Get-HBAgent nobody")).Id());
        Assert.Equal("nobody", panel.Server.Request<AgentQuery>("IAgents.ListAsync").Name);
    }

    [Theory]
    [InlineData("-Status Pending", "new")]
    [InlineData("-Kind Workstation", "laptop old")]
    [InlineData("-Group off*", "laptop new")]
    [InlineData("-Group OFFICE -Kind Workstation", "laptop")]
    [InlineData("-Group office -Status Suspended", "")]
    [InlineData("-Tag fin*", "laptop new")]
    [InlineData("-Tag finance, old", "laptop")]
    public async Task Status_kind_group_and_tag_choose(string filter, string expected)
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IAgents.ListAsync", new[]
        {
            Samples.Agent("laptop") with { Kind = AgentKind.Workstation, Groups = ["office", "all"], Tags = ["finance", "old"] },
            Samples.Agent("new", AgentStatus.Pending) with { Groups = ["Office"], Tags = ["Finance"] },
            Samples.Agent("old", AgentStatus.Suspended) with { Kind = AgentKind.Workstation },
        });

        IReadOnlyList<PSObject> agents = await panel.OutputAsync($"Get-HBAgent {filter}");

        Assert.Equal(expected, string.Join(' ', agents.Select(agent => agent.Text("Name"))));
    }

    [Fact]
    public async Task A_known_name_that_a_filter_leaves_out_is_no_error()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IAgents.ListAsync", new[] { Samples.Agent() });

        Assert.Empty(await panel.OutputAsync("Get-HBAgent here -Status Pending"));
    }

    [Fact]
    public async Task The_table_shows_everything_on_eighty_columns()
    {
        await using Panel panel = await Panel.OpenAsync();
        AgentInfo agent = Samples.Agent("DESKTOP-ABC1234", AgentStatus.Suspended);
        panel.Server.On("IAgents.ListAsync", new[]
        {
            agent with { Kind = AgentKind.Workstation, Groups = ["workstations"], LastAddress = "10.20.30.40", IsOnline = false },
            agent with { LastSeen = null, IsOnline = false },
            agent with { LastAddress = "2001:db8:85a3:8d3:1319:8a2e:370:7348" },
        });

        string shown = await panel.ShowAsync("Get-HBAgent");

        string[] lines = shown.Split('\n');
        Assert.All(lines, line => Assert.InRange(line.Length, 0, 80));
        string seen = Samples.Time.ToLocalTime().ToString("yyyy-MM-dd HH:mm", null);
        Assert.Matches($"DESKTOP-ABC1234 Suspended Workstation {seen} workstations +10.20.30.40", shown);
        Assert.Matches("Server +never", shown);
        Assert.Matches("Server +online", shown);

        // What is too long for its column goes on in the next line.
        int address = lines.First(line => line.Contains("Address", StringComparison.Ordinal)).IndexOf("Address", StringComparison.Ordinal);
        string addresses = string.Concat(lines.Where(line => line.Length > address).Select(line => line[address..].Trim()));
        Assert.EndsWith("10.20.30.402001:db8:85a3:8d3:1319:8a2e:370:7348", addresses, StringComparison.Ordinal);
    }
}
