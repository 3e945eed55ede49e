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

        Assert.Equal("Exclude", (await panel.OutputAsync("(Get-HBAgent).Sources.Options"))[0].Get("Name"));
        Assert.Contains("Files", await panel.ShowAsync("Get-HBAgent"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_name_is_an_error()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IAgents.ListAsync", Array.Empty<AgentInfo>());

        Assert.Equal("AgentNotFound", (await panel.ErrorAsync("Get-HBAgent nobody")).Id());
        Assert.Equal("nobody", panel.Server.Request<AgentQuery>("IAgents.ListAsync").Name);
    }
}
