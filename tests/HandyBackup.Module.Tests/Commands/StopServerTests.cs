using System.Management.Automation;
using HandyBackup.Contracts;
using HandyBackup.Module.Tests.Hosting;

namespace HandyBackup.Module.Tests.Commands;

public sealed class StopServerTests
{
    [Fact]
    public async Task WhatIf_changes_nothing()
    {
        await using Panel panel = await Panel.OpenAsync();

        await panel.OutputAsync("Stop-HBServer -WhatIf");

        Assert.Equal(0, panel.Server.Count("IServerInfo.StopAsync"));
        Assert.Contains("What if", panel.UI.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Force_is_passed_on_and_the_session_ends()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IServerInfo.GetStatusAsync", Samples.Status(panel.Server.DataPath));
        panel.Server.On<StopServerRequest>("IServerInfo.StopAsync", _ =>
        {
            panel.Server.CutSoon();
            return Task.CompletedTask;
        });

        await panel.OutputAsync("Stop-HBServer -Force");

        Assert.True(panel.Server.Request<StopServerRequest>("IServerInfo.StopAsync").Force);
        Assert.Equal("NotConnected", (await panel.ErrorAsync("Get-HBServer")).Id());
    }

    [Fact]
    public async Task Refusal_of_the_server_becomes_an_error_with_its_code()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IServerInfo.GetStatusAsync", Samples.Status(panel.Server.DataPath));
        panel.Server.Fail("IServerInfo.StopAsync", new HandyBackupException(ErrorCode.TaskBusy, "No.") { Target = "thing", Advice = "Do something else." });

        ErrorRecord error = await panel.ErrorAsync("Stop-HBServer");

        Assert.Equal("TaskBusy", error.Id());
        Assert.Equal("thing", error.TargetObject);
        Assert.Equal("Do something else.", error.ErrorDetails.RecommendedAction);
    }
}
