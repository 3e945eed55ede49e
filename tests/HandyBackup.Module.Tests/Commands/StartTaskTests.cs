using System.Diagnostics;
using System.Management.Automation;
using System.Runtime.CompilerServices;
using HandyBackup.Contracts;
using HandyBackup.Module.Tests.Hosting;

namespace HandyBackup.Module.Tests.Commands;

public sealed class StartTaskTests
{
    [Fact]
    public async Task Without_Wait_the_run_is_returned_at_once()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("ITasks.StartAsync", Samples.Started());

        PSObject run = Assert.Single(await panel.OutputAsync("Start-HBTask docs -Full"));

        Assert.Equal("Running", run.Text("State"));
        Assert.Equal(new StartTaskRequest { Name = "docs", Full = true }, panel.Server.Request<StartTaskRequest>("ITasks.StartAsync"));
        Assert.Equal(0, panel.Server.Count("IRuns.WatchAsync"));
    }

    [Fact]
    public async Task Each_run_of_a_group_is_returned_and_who_was_left_out_is_named()
    {
        await using Panel panel = await Panel.OpenAsync();
        Run[] runs = [.. new[] { "pc1", "pc2" }.Select(agent => Samples.Run(RunState.Queued) with { Id = Guid.NewGuid(), Agent = agent, WaitsFor = RunWait.StartWindow, NotBefore = Samples.Time })];
        var suspended = new LeftOutAgent("pc3", new ErrorInfo { Code = ErrorCode.AgentSuspended, Message = "The agent 'pc3' is suspended." });
        panel.Server.On("ITasks.StartAsync", Samples.Started(runs) with { LeftOut = [suspended] });
        panel.Server.On<RunReference>("IRuns.WatchAsync", run => new[] { runs.Single(known => known.Id == run.Id), Samples.Run(RunState.Completed) with { Id = run.Id, Agent = "x" } });

        PanelResult result = await panel.RunAsync("Start-HBTask docs -Agent pc1, pc2");
        PanelResult waited = await panel.RunAsync("Start-HBTask docs -Wait");

        Assert.Equal(["pc1", "pc2"], result.Output.Select(run => run.Text("Agent")));
        Assert.Equal(("StartWindow", Samples.Time), (result.Output[0].Text("WaitsFor"), result.Output[0].Get("NotBefore")));
        Assert.Contains("pc3 is left out: The agent 'pc3' is suspended.", Assert.Single(result.Warnings), StringComparison.Ordinal);
        Assert.Equal(["pc1", "pc2"], ((StartTaskRequest)panel.Server.Calls.First(call => call.Method == "ITasks.StartAsync").Request!).Agents!);
        Assert.Equal(runs.Select(run => (object)run.Id), waited.Output.Select(run => run.Get("Id")));
        Assert.Contains("its moment in the start window", waited.Progress[0].StatusDescription, StringComparison.Ordinal);
        Assert.Equal("Backing up docs of pc1", waited.Progress[0].Activity);
    }

    [Fact]
    public async Task Wait_shows_progress_and_returns_the_final_state_with_plain_numbers()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("ITasks.StartAsync", Samples.Started());
        panel.Server.On("IRuns.WatchAsync", new[] { Samples.Run(), Samples.Run(RunState.Completed) });

        PanelResult result = await panel.RunAsync("Start-HBTask docs -Wait");

        PSObject run = Assert.Single(result.Output);
        Assert.Equal("Completed", run.Text("State"));
        Assert.Equal((1200L, 3L << 20, 1L << 20, 0L), (run.Get("Items"), run.Get("Bytes"), run.Get("AddedBytes"), run.Get("Warnings")));
        Assert.Equal(TimeSpan.FromSeconds(90), run.Get("Duration"));
        ProgressRecord first = result.Progress[0];
        Assert.Equal(("Backing up docs", 50, 3, "usr/share/doc"), (first.Activity, first.PercentComplete, first.SecondsRemaining, first.CurrentOperation));
        Assert.Contains("3.0 MiB of 6.0 MiB", first.StatusDescription, StringComparison.Ordinal);
        Assert.Equal(ProgressRecordType.Completed, result.Progress[^1].RecordType);
    }

    [Fact]
    public async Task Progress_is_shown_at_most_four_times_a_second()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("ITasks.StartAsync", Samples.Started());
        panel.Server.On("IRuns.WatchAsync", Enumerable.Repeat(Samples.Run(), 5000).Append(Samples.Run(RunState.Completed)));
        var watch = Stopwatch.StartNew();

        PanelResult result = await panel.RunAsync("Start-HBTask docs -Wait");

        Assert.InRange(result.Progress.Count, 2, 3 + (int)(watch.Elapsed.TotalSeconds * 4));
    }

    [Fact]
    public async Task A_failed_run_is_returned_and_is_an_error_with_its_code()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("ITasks.StartAsync", Samples.Started());
        panel.Server.On("IRuns.WatchAsync", new[] { Samples.Run(RunState.Failed) with { Error = new ErrorInfo { Code = ErrorCode.StoreFull, Message = "Full." } } });

        PanelResult result = await panel.RunAsync("Start-HBTask docs -Wait");

        Assert.Equal("Failed", Assert.Single(result.Output).Text("State"));
        ErrorRecord error = Assert.Single(result.Errors);
        Assert.Equal("StoreFull", error.Id());
        Assert.Equal("docs", error.TargetObject);
    }

    [Fact]
    public async Task Warnings_are_summed_up_with_the_way_to_the_log()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("ITasks.StartAsync", Samples.Started());
        panel.Server.On("IRuns.WatchAsync", new[] { Samples.Run(RunState.CompletedWithWarnings) with { Warnings = 7 } });

        PanelResult result = await panel.RunAsync("Start-HBTask docs -Wait");

        Assert.Empty(result.Errors);
        Assert.Contains($"7 items: Get-HBRunLog {Samples.RunId}", Assert.Single(result.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stopping_the_pipeline_ends_the_waiting_and_says_that_the_run_goes_on()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("ITasks.StartAsync", Samples.Started());
        var watched = new TaskCompletionSource();
        var cancelled = new TaskCompletionSource();
        panel.Server.On<RunReference>("IRuns.WatchAsync", (_, token) => Watch(watched, cancelled, token));

        await panel.StopAsync("Start-HBTask docs -Wait", watched.Task);

        await cancelled.Task.WaitAsync(TestTimeout.Token);
        Assert.Equal(0, panel.Server.Count("IRuns.StopAsync"));
        Assert.Contains($"Stop-HBRun {Samples.RunId}", Assert.Single(panel.UI.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_pipeline_from_tasks_to_a_restore_works()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("ITasks.ListAsync", new[] { Samples.Task() });
        panel.Server.On("ITasks.StartAsync", Samples.Started());
        panel.Server.On<RunReference>("IRuns.WatchAsync", _ => new[] { Samples.Run(RunState.Completed) });
        panel.Server.On("ISnapshots.ListAsync", new[] { Samples.Snapshot() });
        panel.Server.On("IItems.StartRestoreAsync", Samples.Run(kind: RunKind.Restore));

        await panel.OutputAsync("Get-HBTask docs* | Start-HBTask -Wait | Get-HBSnapshot | Restore-HBItem -Destination /out -NoWait");

        Assert.Equal(Samples.SnapshotId, panel.Server.Request<SnapshotQuery>("ISnapshots.ListAsync").Id);
        Assert.Equal(new SnapshotReference("main", Samples.SnapshotId), panel.Server.Request<RestoreRequest>("IItems.StartRestoreAsync").Snapshot);
    }

    private static async IAsyncEnumerable<Run> Watch(TaskCompletionSource watched, TaskCompletionSource cancelled, [EnumeratorCancellation] CancellationToken token)
    {
        yield return Samples.Run();
        watched.SetResult();
        using CancellationTokenRegistration registration = token.Register(cancelled.SetResult);
        await Task.Delay(Timeout.Infinite, token);
    }

    [Fact]
    public async Task WhatIf_changes_nothing()
    {
        await using Panel panel = await Panel.OpenAsync();

        await panel.OutputAsync("Start-HBTask docs -WhatIf");

        Assert.Equal(0, panel.Server.Count("ITasks.StartAsync"));
        Assert.Contains("What if", panel.UI.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refusal_of_the_server_becomes_an_error_with_its_code()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.Fail("ITasks.StartAsync", new HandyBackupException(ErrorCode.TaskBusy, "No.") { Target = "thing", Advice = "Do something else." });

        ErrorRecord error = await panel.ErrorAsync("Start-HBTask docs");

        Assert.Equal("TaskBusy", error.Id());
        Assert.Equal("thing", error.TargetObject);
        Assert.Equal("Do something else.", error.ErrorDetails.RecommendedAction);
    }
}
