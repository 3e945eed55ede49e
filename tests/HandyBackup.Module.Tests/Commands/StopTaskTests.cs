using HandyBackup.Contracts;
using HandyBackup.Module.Tests.Hosting;

namespace HandyBackup.Module.Tests.Commands;

public sealed class StopTaskTests
{
    [Fact]
    public async Task The_run_under_way_is_stopped()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("ITasks.ListAsync", new[] { Samples.Task(lastRun: Samples.Run()) });
        panel.Server.On("IRuns.StopAsync", Samples.Run(RunState.Cancelled));

        Assert.Equal("Cancelled", Assert.Single(await panel.OutputAsync("Stop-HBTask docs -PassThru")).Text("State"));
        Assert.Equal(Samples.RunId, panel.Server.Request<RunReference>("IRuns.StopAsync").Id);
    }

    [Fact]
    public async Task Without_a_run_under_way_there_is_an_error()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("ITasks.ListAsync", new[] { Samples.Task(lastRun: Samples.Run(RunState.Completed)) });

        Assert.Equal("RunNotActive", (await panel.ErrorAsync("Stop-HBTask docs")).Id());
    }

    [Fact]
    public async Task WhatIf_changes_nothing()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("ITasks.ListAsync", new[] { Samples.Task(lastRun: Samples.Run()) });

        await panel.OutputAsync("Stop-HBTask docs -WhatIf");

        Assert.Equal(0, panel.Server.Count("IRuns.StopAsync"));
        Assert.Contains("What if", panel.UI.Text, StringComparison.Ordinal);
    }
}
