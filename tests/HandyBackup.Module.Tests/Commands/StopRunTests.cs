using System.Management.Automation;
using HandyBackup.Contracts;
using HandyBackup.Module.Tests.Hosting;

namespace HandyBackup.Module.Tests.Commands;

public sealed class StopRunTests
{
    [Fact]
    public async Task A_run_from_the_pipeline_is_stopped()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IRuns.ListAsync", new[] { Samples.Run() });
        panel.Server.On("IRuns.StopAsync", Samples.Run(RunState.Cancelled));

        Assert.Equal("Cancelled", Assert.Single(await panel.OutputAsync("Get-HBRun -State Running | Stop-HBRun -PassThru")).Text("State"));
        Assert.Equal(Samples.RunId, panel.Server.Request<RunReference>("IRuns.StopAsync").Id);
    }

    [Fact]
    public async Task WhatIf_changes_nothing()
    {
        await using Panel panel = await Panel.OpenAsync();

        await panel.OutputAsync("Stop-HBRun 11111111-2222-3333-4444-555555555555 -WhatIf");

        Assert.Equal(0, panel.Server.Count("IRuns.StopAsync"));
        Assert.Contains("What if", panel.UI.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refusal_of_the_server_becomes_an_error_with_its_code()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.Fail("IRuns.StopAsync", new HandyBackupException(ErrorCode.RunNotActive, "No.") { Target = "thing", Advice = "Do something else." });

        ErrorRecord error = await panel.ErrorAsync("Stop-HBRun 11111111-2222-3333-4444-555555555555");

        Assert.Equal("RunNotActive", error.Id());
        Assert.Equal("thing", error.TargetObject);
        Assert.Equal("Do something else.", error.ErrorDetails.RecommendedAction);
    }
}
