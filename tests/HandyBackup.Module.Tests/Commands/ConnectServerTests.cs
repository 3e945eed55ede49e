using System.Management.Automation;
using HandyBackup.Contracts;
using HandyBackup.Module.Tests.Hosting;

namespace HandyBackup.Module.Tests.Commands;

public sealed class ConnectServerTests
{
    [Fact]
    public async Task The_session_is_returned_and_becomes_the_default()
    {
        await using Panel panel = await Panel.OpenAsync(connect: false);
        panel.Server.On("IServerInfo.GetStatusAsync", Samples.Status(panel.Server.DataPath));

        PSObject session = (await panel.OutputAsync($"Connect-HBServer -DataPath '{panel.Server.DataPath}'"))[0];

        Assert.Equal(true, session.Get("IsConnected"));
        Assert.Equal("Test server 1.0", session.Get("Server"));
        Assert.Single(await panel.OutputAsync("Get-HBServer"));
    }

    [Fact]
    public async Task A_relative_data_path_starts_at_the_PowerShell_location()
    {
        await using Panel panel = await Panel.OpenAsync(connect: false);
        string parent = Path.GetDirectoryName(panel.Server.DataPath)!;

        PSObject session = (await panel.OutputAsync($"$null = $ExecutionContext.SessionState.Path.SetLocation('{parent}'); Connect-HBServer ./{Path.GetFileName(panel.Server.DataPath)}"))[0];

        Assert.Equal(panel.Server.DataPath, session.Get("DataPath"));
    }

    [Fact]
    public async Task No_server_is_an_error_with_advice()
    {
        await using Panel panel = await Panel.OpenAsync(connect: false);

        ErrorRecord error = await panel.ErrorAsync("Connect-HBServer -DataPath /nowhere/at/all");

        Assert.Equal("ServerNotRunning", error.Id());
        Assert.Equal("/nowhere/at/all", error.TargetObject);
    }

    [Fact]
    public async Task A_server_of_another_version_is_refused()
    {
        await using Panel panel = await Panel.OpenAsync(connect: false);
        panel.Server.On<HelloRequest>("IServerInfo.HelloAsync", _ => new HelloReply(ProtocolVersion.Current + 1, "Newer", []));

        Assert.Equal("ProtocolMismatch", (await panel.ErrorAsync($"Connect-HBServer '{panel.Server.DataPath}'")).Id());
    }
}
