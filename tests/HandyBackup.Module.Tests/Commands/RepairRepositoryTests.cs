using System.Management.Automation;
using HandyBackup.Contracts;
using HandyBackup.Module.Tests.Hosting;

namespace HandyBackup.Module.Tests.Commands;

public sealed class RepairRepositoryTests
{
    [Fact]
    public async Task Result_tells_what_was_done_and_names_the_findings()
    {
        await using Panel panel = await OpenAsync(new RepairTotals { Healed = 2, Salvaged = 3, Lost = 0 });
        panel.Server.On("IRuns.GetLogAsync", new[] { Entry(RunLogLevel.Information, ErrorCode.PackDamaged) });

        PanelResult result = await panel.RunAsync("Repair-HBRepository main -From second -Confirm:$false");

        Assert.Empty(result.Errors);
        PSObject repair = Assert.Single(result.Output);
        Assert.Equal((2L, 3L, 0L, false), (repair.Get("Healed"), repair.Get("Salvaged"), repair.Get("Lost"), repair.Get("IsPlan")));
        Assert.Single((Array)repair.Get("Findings")!);
        Assert.Contains(result.Progress, record => record.Activity == "Repairing main");
        Assert.Equal(new RepairRepositoryRequest { Name = "main", From = "second" }, panel.Server.Request<RepairRepositoryRequest>("IRepositories.StartRepairAsync"));
    }

    [Fact]
    public async Task WhatIf_only_plans()
    {
        await using Panel panel = await OpenAsync(new RepairTotals { Lost = 4 });
        panel.Server.On("IRuns.GetLogAsync", Array.Empty<RunLogEntry>());

        PSObject repair = Assert.Single(await panel.OutputAsync("Repair-HBRepository main -WhatIf"));

        Assert.Equal((4L, true), (repair.Get("Lost"), repair.Get("IsPlan")));
        Assert.True(panel.Server.Request<RepairRepositoryRequest>("IRepositories.StartRepairAsync").PlanOnly);
    }

    [Fact]
    public async Task Refused_question_starts_nothing()
    {
        await using Panel panel = await OpenAsync(new RepairTotals());
        panel.UI.Choices.Enqueue(2);

        Assert.Empty(await panel.OutputAsync("Repair-HBRepository main"));

        Assert.Single(panel.UI.Questions);
        Assert.Equal(0, panel.Server.Count("IRepositories.StartRepairAsync"));
    }

    [Fact]
    public async Task AddParity_is_asked_for_and_NoWait_returns_the_run()
    {
        await using Panel panel = await OpenAsync(new RepairTotals());

        Assert.Equal("Running", Assert.Single(await panel.OutputAsync("Repair-HBRepository main -AddParity -NoWait -Confirm:$false")).Text("State"));

        Assert.True(panel.Server.Request<RepairRepositoryRequest>("IRepositories.StartRepairAsync").OnlyAddParity);
    }

    [Fact]
    public async Task Failure_of_the_run_is_an_error_with_its_code()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IRepositories.StartRepairAsync", Samples.Run(kind: RunKind.Repair));
        panel.Server.On("IRuns.WatchAsync", new[] { Samples.Run(RunState.Failed, RunKind.Repair) with { Error = new ErrorInfo { Code = ErrorCode.RepositoryLocked, Message = "Locked." } } });
        panel.Server.On("IRuns.GetLogAsync", Array.Empty<RunLogEntry>());

        Assert.Equal("RepositoryLocked", (await panel.ErrorAsync("Repair-HBRepository main -Confirm:$false")).Id());
    }

    private static async Task<Panel> OpenAsync(RepairTotals totals)
    {
        Panel panel = await Panel.OpenAsync();
        Run ended = Samples.Run(RunState.Completed, RunKind.Repair);
        panel.Server.On("IRepositories.StartRepairAsync", Samples.Run(kind: RunKind.Repair));
        panel.Server.On("IRuns.WatchAsync", new[] { Samples.Run(kind: RunKind.Repair), ended with { Progress = ended.Progress with { Repair = totals } } });
        return panel;
    }

    private static RunLogEntry Entry(RunLogLevel level, ErrorCode code) => new()
    {
        RunId = Samples.RunId,
        Sequence = 1,
        Time = Samples.Time,
        Level = level,
        Code = code,
        Path = "data/ab",
        Message = code.ToString(),
    };
}
