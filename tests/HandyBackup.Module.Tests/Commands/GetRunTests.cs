using System.Management.Automation;
using HandyBackup.Contracts;
using HandyBackup.Module.Tests.Hosting;

namespace HandyBackup.Module.Tests.Commands;

public sealed class GetRunTests
{
    [Fact]
    public async Task Filters_go_to_the_server()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IRuns.ListAsync", new[] { Samples.Run(RunState.Failed) with { Error = new ErrorInfo { Code = ErrorCode.StoreFull, Message = "Full." } } });

        PSObject run = Assert.Single(await panel.OutputAsync("Get-HBRun -Task docs* -Kind Backup -State Failed -Since '2026-03-01T00:00:00Z' -Last 3"));

        var query = panel.Server.Request<RunQuery>("IRuns.ListAsync");
        Assert.Equal(new RunQuery { Task = "docs*", Kind = RunKind.Backup, State = RunState.Failed, Since = new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero), Last = 3 }, query);
        Assert.Equal("StoreFull", run.Text("ErrorId"));
    }

    [Fact]
    public async Task A_task_from_the_pipeline_filters()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("ITasks.ListAsync", new[] { Samples.Task() });
        panel.Server.On("IRuns.ListAsync", new[] { Samples.Run() });

        await panel.OutputAsync("Get-HBTask | Get-HBRun");

        Assert.Equal(new RunQuery { Task = "docs" }, panel.Server.Request<RunQuery>("IRuns.ListAsync"));
    }

    [Fact]
    public async Task An_unknown_id_is_an_error()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IRuns.ListAsync", Array.Empty<Run>());

        Assert.Equal("RunNotFound", (await panel.ErrorAsync($"Get-HBRun {Samples.RunId}")).Id());
    }

    [Fact]
    public async Task The_table_fits_eighty_columns()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IRuns.ListAsync", new[] { Samples.Run(RunState.CompletedWithWarnings) with { Warnings = 12 } });

        string shown = await panel.ShowAsync("Get-HBRun");

        Assert.Contains("Warnings: 12", shown, StringComparison.Ordinal);
        Assert.Contains("1,200", shown, StringComparison.Ordinal);
        Assert.All(shown.Split('\n'), line => Assert.InRange(line.Length, 0, 80));
    }
}
