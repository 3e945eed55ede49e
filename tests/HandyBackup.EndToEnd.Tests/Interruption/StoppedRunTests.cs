using System.Management.Automation;
using HandyBackup.EndToEnd.Tests.Hosting;
using HandyBackup.EndToEnd.Tests.Trees;

namespace HandyBackup.EndToEnd.Tests.Interruption;

/// <summary>People who stop waiting, and people who stop runs.</summary>
[Collection(nameof(WholeMachine))]
public sealed class StoppedRunTests
{
    [Fact(Timeout = 120_000)]
    public async Task Ctrl_C_ends_the_waiting_and_the_run_goes_on()
    {
        await using ProductSession session = await StartWithTaskAsync();

        await session.StopScriptAsync("Start-HBTask docs -Wait", progress => progress.RecordType == ProgressRecordType.Processing);

        PSObject run = await session.SingleAsync("Get-HBRun -Task docs | Wait-HBRun");
        Assert.Equal("Completed", run.Text("State"));
        await session.RestoreAsync("docs", "./out");
        await TreeListing.AssertEqualAsync(session.In("source"), session.In("out") + session.In("source"));
    }

    [Fact(Timeout = 120_000)]
    public async Task A_stopped_run_is_Cancelled_and_the_next_one_completes()
    {
        await using ProductSession session = await StartWithTaskAsync();

        PSObject stopped = await session.SingleAsync("Start-HBTask docs | Stop-HBRun -PassThru");

        Assert.Equal("Cancelled", stopped.Text("State"));
        await session.ErrorAsync("RunNotActive", stopped.Text("RunId"), $"Stop-HBRun {stopped.Text("RunId")}");
        Assert.Empty(await session.OutputAsync("Get-HBSnapshot"));
        await session.BackUpAsync("docs");
        await session.CheckAsync();
    }

    [Fact(Timeout = 120_000)]
    public async Task A_task_that_runs_is_busy_and_a_server_with_runs_does_not_stop_unless_forced()
    {
        await using ProductSession session = await StartWithTaskAsync();
        PSObject run = await session.SingleAsync("Start-HBTask docs");

        await session.ErrorAsync("TaskBusy", "docs", "Start-HBTask docs");
        Assert.Equal("TaskBusy", (await session.RunAsync("Stop-HBServer")).ErrorIds.First());
        await session.OutputAsync("Stop-HBServer -Force");

        await session.StartServerAsync();
        Assert.Equal("Interrupted", (await session.SingleAsync($"Get-HBRun {run.Text("RunId")}")).Text("State"));
        await session.BackUpAsync("docs");
    }

    private static async Task<ProductSession> StartWithTaskAsync()
    {
        ProductSession session = await ProductSession.StartWithRepositoryAsync();
        Directory.CreateDirectory(session.In("source"));
        await SystemProgram.ShellAsync("for i in $(seq 30); do head -c 10000000 /dev/urandom > file$i; done", session.In("source"));
        await session.CreateTaskAsync("docs", session.In("source"));
        return session;
    }
}
