using System.Management.Automation;
using HandyBackup.Module.Tests.Hosting;

namespace HandyBackup.Module.Tests.Commands;

public sealed class DisconnectServerTests
{
    [Fact]
    public async Task The_default_session_ends()
    {
        await using Panel panel = await Panel.OpenAsync();

        await panel.OutputAsync("Disconnect-HBServer");

        Assert.Equal("NotConnected", (await panel.ErrorAsync("Get-HBServer")).Id());
    }

    [Fact]
    public async Task A_named_session_ends_and_the_default_stays()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IServerInfo.GetStatusAsync", Samples.Status(panel.Server.DataPath));

        IReadOnlyList<PSObject> output = await panel.OutputAsync($"$a = Connect-HBServer '{panel.Server.DataPath}'; $b = Connect-HBServer '{panel.Server.DataPath}'; Disconnect-HBServer -Session $a; $a; Get-HBServer");

        Assert.Equal(false, output[0].Get("IsConnected"));
        Assert.Equal("box", output[1].Get("HostName"));
    }
}
