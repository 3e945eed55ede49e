using System.Management.Automation;
using HandyBackup.Contracts;
using HandyBackup.Module.Tests.Hosting;

namespace HandyBackup.Module.Tests.Commands;

public sealed class WaitRunTests
{
    [Fact]
    public async Task An_object_a_piped_object_and_an_id_name_the_run()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IRuns.ListAsync", new[] { Samples.Run() });
        panel.Server.On<RunReference>("IRuns.WatchAsync", _ => new[] { Samples.Run(RunState.Completed) });

        IReadOnlyList<PSObject> runs = await panel.OutputAsync("$run = Get-HBRun; Wait-HBRun $run; $run | Wait-HBRun; Wait-HBRun $run.Id");

        Assert.Equal(["Completed", "Completed", "Completed"], runs.Select(run => run.Text("State")));
    }

    [Fact]
    public async Task A_run_that_was_interrupted_is_an_error()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IRuns.ListAsync", new[] { Samples.Run() });
        panel.Server.On("IRuns.WatchAsync", new[] { Samples.Run(RunState.Interrupted) with { Error = new ErrorInfo { Code = ErrorCode.RunInterrupted, Message = "The server ended." } } });

        Assert.Equal("RunInterrupted", (await panel.ErrorAsync($"Wait-HBRun {Samples.RunId}")).Id());
    }

    [Fact]
    public async Task An_unknown_run_is_an_error()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IRuns.ListAsync", Array.Empty<Run>());

        Assert.Equal("RunNotFound", (await panel.ErrorAsync($"Wait-HBRun {Samples.RunId}")).Id());
    }

    [Fact]
    public async Task Ctrl_C_while_progress_is_written_says_that_the_run_goes_on()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IRuns.ListAsync", new[] { Samples.Run() });
        panel.Server.On<RunReference>("IRuns.WatchAsync", _ => new[] { Samples.Run() });
        panel.UI.StopsAtProgress = true;

        PanelResult stopped = await panel.RunAsync($"Wait-HBRun {Samples.RunId}");

        Assert.Equal("PipelineStopped", Assert.Single(stopped.Errors).FullyQualifiedErrorId);
        Assert.Contains($"goes on. Wait for it again: Wait-HBRun {Samples.RunId}", Assert.Single(panel.UI.Warnings), StringComparison.Ordinal);
    }
}
