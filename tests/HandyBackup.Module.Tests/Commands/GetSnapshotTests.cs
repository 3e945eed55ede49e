using System.Management.Automation;
using HandyBackup.Contracts;
using HandyBackup.Module.Tests.Hosting;

namespace HandyBackup.Module.Tests.Commands;

public sealed class GetSnapshotTests
{
    [Fact]
    public async Task Filters_go_to_the_server()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("ISnapshots.ListAsync", new[] { Samples.Snapshot() });

        PSObject snapshot = Assert.Single(await panel.OutputAsync($"Get-HBSnapshot -Id aaaa -Task docs* -Repository m* -HostName b* -Tag t -RunId {Samples.RunId} -Since '2026-03-01T00:00:00Z' -Latest"));

        Assert.Equal(
            new SnapshotQuery { Id = "aaaa", Task = "docs*", Repository = "m*", HostName = "b*", Tag = "t", RunId = Samples.RunId, Since = new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero), Latest = true },
            panel.Server.Request<SnapshotQuery>("ISnapshots.ListAsync"));
        Assert.Equal((Samples.SnapshotId, Samples.SnapshotId, 3L << 20), (snapshot.Get("Id"), snapshot.Get("SnapshotId"), snapshot.Get("Bytes")));
    }

    [Fact]
    public async Task A_run_without_a_snapshot_is_an_error_and_not_all_snapshots()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IRuns.ListAsync", new[] { Samples.Run(RunState.Failed) });

        Assert.Equal("SnapshotNotFound", (await panel.ErrorAsync("Get-HBRun | Get-HBSnapshot")).Id());
        Assert.Equal(0, panel.Server.Count("ISnapshots.ListAsync"));
    }

    [Fact]
    public async Task Repositories_and_tasks_from_the_pipeline_filter()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("IRepositories.ListAsync", new[] { Samples.Repository() });
        panel.Server.On("ISnapshots.ListAsync", new[] { Samples.Snapshot() });

        await panel.OutputAsync("Get-HBRepository | Get-HBSnapshot");

        Assert.Equal(new SnapshotQuery { Repository = "main" }, panel.Server.Request<SnapshotQuery>("ISnapshots.ListAsync"));
    }

    [Fact]
    public async Task An_unknown_id_is_an_error()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("ISnapshots.ListAsync", Array.Empty<SnapshotInfo>());

        Assert.Equal("SnapshotNotFound", (await panel.ErrorAsync("Get-HBSnapshot abcd1234")).Id());
    }

    [Fact]
    public async Task The_table_shows_short_ids()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("ISnapshots.ListAsync", new[] { Samples.Snapshot() });

        string shown = await panel.ShowAsync("Get-HBSnapshot");

        Assert.Contains("aaaaaaaa ", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("aaaaaaaaa", shown, StringComparison.Ordinal);
        Assert.Contains("/usr/share", shown, StringComparison.Ordinal);
    }
}
