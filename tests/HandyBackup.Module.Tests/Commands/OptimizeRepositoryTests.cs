using System.Management.Automation;
using HandyBackup.Contracts;
using HandyBackup.Module.Tests.Hosting;

namespace HandyBackup.Module.Tests.Commands;

public sealed class OptimizeRepositoryTests
{
    private static readonly RepositoryOptimization s_done = new() { Snapshots = 12, UnusedPacks = 3, RewrittenPacks = 2, RemovedPacks = 4, FreedBytes = 5 << 20, FollowingBytes = 7 << 20 };

    [Fact]
    public async Task NoWait_returns_the_run_at_once()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IRepositories.StartOptimizeAsync", Samples.Run(kind: RunKind.Optimize));

        PSObject run = Assert.Single(await panel.OutputAsync("Optimize-HBRepository main -MaxUnused 2.5 -Force -NoVerify -NoWait -Confirm:$false"));

        Assert.Equal(("Optimize", "Running"), (run.Text("Kind"), run.Text("State")));
        Assert.Equal(
            new OptimizeRepositoryRequest { Name = "main", MaxUnused = 2.5, Force = true, NoVerify = true }, panel.Server.Request<OptimizeRepositoryRequest>("IRepositories.StartOptimizeAsync"));
    }

    [Fact]
    public async Task It_shows_progress_and_returns_what_was_done()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IRepositories.ListAsync", new[] { Samples.Repository() });
        panel.Server.On("IRepositories.StartOptimizeAsync", Samples.Run(kind: RunKind.Optimize));
        panel.Server.On("IRuns.WatchAsync", new[] { Samples.Run(kind: RunKind.Optimize), Samples.Run(RunState.Completed, RunKind.Optimize) with { Optimization = s_done } });

        PanelResult result = await panel.RunAsync("Get-HBRepository | Optimize-HBRepository -Confirm:$false");

        Assert.Empty(result.Errors);
        PSObject done = Assert.Single(result.Output);
        Assert.Equal(("main", false, 4, 5L << 20, 7L << 20), (done.Get("Repository"), done.Get("IsPlan"), done.Get("RemovedPacks"), done.Get("FreedBytes"), done.Get("FollowingBytes")));
        Assert.Equal(Samples.RunId, done.Get("RunId"));
        Assert.Contains(result.Progress, record => record.Activity == "Optimizing main");
        Assert.Contains("7.0 MiB", await panel.ShowAsync("Get-HBRepository | Optimize-HBRepository -Confirm:$false"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatIf_makes_the_real_plan_and_changes_nothing()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IRepositories.StartOptimizeAsync", Samples.Run(kind: RunKind.Optimize));
        panel.Server.On("IRuns.WatchAsync", new[] { Samples.Run(RunState.Completed, RunKind.Optimize) with { Optimization = s_done with { IsPlan = true } } });

        PSObject plan = Assert.Single(await panel.OutputAsync("Optimize-HBRepository main -WhatIf"));

        Assert.Equal((true, 3), (plan.Get("IsPlan"), plan.Get("UnusedPacks")));
        Assert.True(panel.Server.Request<OptimizeRepositoryRequest>("IRepositories.StartOptimizeAsync").PlanOnly);
        Assert.Contains("What if", panel.UI.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_is_an_error_with_its_code()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IRepositories.StartOptimizeAsync", Samples.Run(kind: RunKind.Optimize));
        var failed = Samples.Run(RunState.Failed, RunKind.Optimize) with { Error = new ErrorInfo { Code = ErrorCode.SnapshotsVanished, Message = "Gone.", Target = "main" } };
        panel.Server.On("IRuns.WatchAsync", new[] { failed });

        PanelResult result = await panel.RunAsync("Optimize-HBRepository main -Confirm:$false");

        Assert.Empty(result.Output);
        Assert.Equal("SnapshotsVanished", Assert.Single(result.Errors).Id());
    }

    [Fact]
    public async Task It_asks_first_and_does_nothing_when_the_answer_is_no()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.UI.Choices.Enqueue(2);

        Assert.Empty(await panel.OutputAsync("Optimize-HBRepository main"));

        Assert.Single(panel.UI.Questions);
        Assert.Equal(0, panel.Server.Count("IRepositories.StartOptimizeAsync"));
    }
}
