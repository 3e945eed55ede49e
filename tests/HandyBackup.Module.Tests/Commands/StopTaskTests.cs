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
    public async Task All_runs_of_a_group_are_stopped_those_that_wait_first()
    {
        await using Panel panel = await Panel.OpenAsync();
        TaskInfo task = Samples.Task();
        Guid[] ids = [.. Enumerable.Range(0, 3).Select(_ => Guid.NewGuid())];
        panel.Server.On("ITasks.ListAsync", new[] { task with { Definition = task.Definition with { Agent = "", Group = "office" } } });
        panel.Server.On<RunQuery>("IRuns.ListAsync", query => query.State == RunState.Running
            ? new[] { Samples.Run() with { Id = ids[0] } }
            : [Samples.Run(RunState.Queued) with { Id = ids[1] }, Samples.Run(RunState.Queued) with { Id = ids[2] }]);
        panel.Server.On<RunReference>("IRuns.StopAsync", run => run.Id != ids[1] ? Samples.Run(RunState.Cancelled) with { Id = run.Id } : throw new HandyBackupException(ErrorCode.RunNotActive, "Ended."));

        IReadOnlyList<object?> stopped = [.. (await panel.OutputAsync("Stop-HBTask docs -PassThru")).Select(run => run.Get("Id"))];

        Assert.Equal([ids[2], ids[0]], stopped);
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
