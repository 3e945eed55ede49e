using System.Management.Automation;
using HandyBackup.Module.Tests.Hosting;

namespace HandyBackup.Module.Tests.Commands;

public sealed class GetServerTests
{
    [Fact]
    public async Task Status_of_the_server_is_shown()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IServerInfo.GetStatusAsync", Samples.Status(panel.Server.DataPath));

        PSObject server = Assert.Single(await panel.OutputAsync("Get-HBServer"));

        Assert.Equal("box", server.Get("HostName"));
        Assert.Equal(1, server.Get("ActiveRuns"));
        Assert.Equal(panel.Server.DataPath, server.Get("DataPath"));
    }

    [Fact]
    public async Task Without_a_session_the_error_says_how_to_connect()
    {
        await using Panel panel = await Panel.OpenAsync(connect: false);

        ErrorRecord error = await panel.ErrorAsync("Get-HBServer");

        Assert.Equal("NotConnected", error.Id());
        Assert.Equal(ErrorCategory.ConnectionError, error.CategoryInfo.Category);
        Assert.Contains("Connect-HBServer", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_lost_connection_is_an_error_and_the_next_connect_works()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IServerInfo.GetStatusAsync", Samples.Status(panel.Server.DataPath));
        await panel.OutputAsync("Get-HBServer");
        panel.Server.Cut();

        Assert.Equal("ConnectionLost", (await panel.ErrorAsync("Get-HBServer")).Id());

        await panel.OutputAsync($"Connect-HBServer '{panel.Server.DataPath}'");
        Assert.Single(await panel.OutputAsync("Get-HBServer"));
    }

    [Fact]
    public async Task Control_characters_of_the_server_do_not_reach_the_terminal()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IServerInfo.GetStatusAsync", Samples.Status(panel.Server.DataPath) with { HostName = "evil\u001b[2J" });

        Assert.Equal("evil\\x1B[2J", (await panel.OutputAsync("Get-HBServer"))[0].Get("HostName"));
    }
}
