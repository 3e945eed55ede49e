using System.Management.Automation;
using HandyBackup.Contracts;
using HandyBackup.Module.Tests.Hosting;

namespace HandyBackup.Module.Tests.Commands;

public sealed class TestRepositoryTests
{
    [Fact]
    public async Task A_sound_repository_yields_a_result_and_progress()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IRepositories.StartCheckAsync", Samples.Run(kind: RunKind.Check));
        panel.Server.On("IRuns.WatchAsync", new[] { Samples.Run(kind: RunKind.Check), Samples.Run(RunState.Completed, RunKind.Check) });
        panel.Server.On("IRuns.GetLogAsync", Array.Empty<RunLogEntry>());

        PanelResult result = await panel.RunAsync("Test-HBRepository main -ReadData");

        Assert.Empty(result.Errors);
        PSObject check = Assert.Single(result.Output);
        Assert.Equal("Sound", check.Text("State"));
        Assert.Equal(0L, check.Get("Damaged"));
        Assert.True(panel.Server.Request<CheckRepositoryRequest>("IRepositories.StartCheckAsync").ReadData);
        Assert.Contains(result.Progress, record => record.Activity == "Checking main");
    }

    [Fact]
    public async Task Each_damage_is_an_error_and_untidiness_is_not()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IRepositories.StartCheckAsync", Samples.Run(kind: RunKind.Check));
        var failed = Samples.Run(RunState.Failed, RunKind.Check) with { Error = new ErrorInfo { Code = ErrorCode.PackDamaged, Message = "Damaged." } };
        panel.Server.On("IRuns.WatchAsync", new[] { failed });
        panel.Server.On("IRuns.GetLogAsync", new[]
        {
            Entry(1, RunLogLevel.Warning, ErrorCode.LockDamaged),
            Entry(2, RunLogLevel.Error, ErrorCode.PackDamaged),
            Entry(3, RunLogLevel.Error, ErrorCode.BlobMissing),
        });

        PanelResult result = await panel.RunAsync("Test-HBRepository main");

        Assert.Equal(["PackDamaged", "BlobMissing"], result.Errors.Select(error => error.Id()));
        PSObject check = Assert.Single(result.Output);
        Assert.Equal("Damaged", check.Text("State"));
        Assert.Equal(2L, check.Get("Damaged"));
        Assert.Equal(3, ((Array)check.Get("Findings")!).Length);
    }

    [Fact]
    public async Task A_check_that_could_not_end_leaves_the_state_unknown()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IRepositories.StartCheckAsync", Samples.Run(kind: RunKind.Check));
        panel.Server.On("IRuns.WatchAsync", new[] { Samples.Run(RunState.Failed, RunKind.Check) with { Error = new ErrorInfo { Code = ErrorCode.RepositoryLocked, Message = "Locked." } } });
        panel.Server.On("IRuns.GetLogAsync", Array.Empty<RunLogEntry>());

        PanelResult result = await panel.RunAsync("Test-HBRepository main");

        Assert.Equal("Unknown", Assert.Single(result.Output).Text("State"));
        Assert.Equal("RepositoryLocked", Assert.Single(result.Errors).Id());
    }

    [Fact]
    public async Task ReadDue_asks_for_the_share_that_is_due()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IRepositories.StartCheckAsync", Samples.Run(kind: RunKind.Check));

        await panel.OutputAsync("Test-HBRepository main -ReadDue -NoWait");

        Assert.Equal(new CheckRepositoryRequest { Name = "main", ReadDue = true }, panel.Server.Request<CheckRepositoryRequest>("IRepositories.StartCheckAsync"));
    }

    [Fact]
    public async Task NoWait_returns_the_run()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IRepositories.StartCheckAsync", Samples.Run(kind: RunKind.Check));

        Assert.Equal("Running", Assert.Single(await panel.OutputAsync("Test-HBRepository main -NoWait")).Text("State"));
    }

    private static RunLogEntry Entry(long sequence, RunLogLevel level, ErrorCode code) => new()
    {
        RunId = Samples.RunId,
        Sequence = sequence,
        Time = Samples.Time,
        Level = level,
        Code = code,
        Path = "data/ab",
        Message = code.ToString(),
    };
}
