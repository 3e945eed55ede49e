using HandyBackup.Contracts;
using HandyBackup.Module.Tests.Hosting;

namespace HandyBackup.Module.Tests.Commands;

public sealed class CopySnapshotTests
{
    [Fact]
    public async Task Snapshots_come_from_the_pipeline()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("ISnapshots.ListAsync", new[] { Samples.Snapshot() });
        panel.Server.On("ISnapshots.StartCopyAsync", Samples.Run(kind: RunKind.Copy));

        Assert.Equal("Running", Assert.Single(await panel.OutputAsync("Get-HBSnapshot | Copy-HBSnapshot -To second -NoWait")).Text("State"));

        Assert.Equal(
            new CopySnapshotRequest(new SnapshotReference("main", Samples.SnapshotId), "second"), panel.Server.Request<CopySnapshotRequest>("ISnapshots.StartCopyAsync"));
    }

    [Fact]
    public async Task It_shows_progress_and_returns_the_ended_run()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("ISnapshots.StartCopyAsync", Samples.Run(kind: RunKind.Copy));
        panel.Server.On("IRuns.WatchAsync", new[] { Samples.Run(kind: RunKind.Copy), Samples.Run(RunState.Completed, RunKind.Copy) });

        PanelResult result = await panel.RunAsync("Copy-HBSnapshot aaaa second");

        Assert.Equal("Completed", Assert.Single(result.Output).Text("State"));
        Assert.Contains(result.Progress, record => record.Activity == "Copying to main");
    }

    [Fact]
    public async Task WhatIf_copies_nothing()
    {
        await using Panel panel = await Panel.OpenAsync();
        Assert.Empty(await panel.OutputAsync("Copy-HBSnapshot aaaa second -WhatIf"));
        Assert.Equal(0, panel.Server.Count("ISnapshots.StartCopyAsync"));
    }
}
