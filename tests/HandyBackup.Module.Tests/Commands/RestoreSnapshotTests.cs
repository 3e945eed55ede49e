using System.Management.Automation;
using HandyBackup.Contracts;
using HandyBackup.Module.Tests.Hosting;

namespace HandyBackup.Module.Tests.Commands;

public sealed class RestoreSnapshotTests
{
    [Fact]
    public async Task Removed_snapshots_come_through_the_pipeline_and_restored_ones_go_out()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("ISnapshots.ListAsync", new[] { Samples.Snapshot() with { Removed = Samples.Time, RestorableUntil = Samples.Time.AddDays(7) } });
        panel.Server.On("ISnapshots.RestoreAsync", Samples.Snapshot());

        PSObject restored = Assert.Single(await panel.OutputAsync("Get-HBSnapshot -Removed | Restore-HBSnapshot"));

        Assert.True(panel.Server.Request<SnapshotQuery>("ISnapshots.ListAsync").Removed);
        Assert.Equal(new SnapshotReference("main", Samples.SnapshotId), panel.Server.Request<SnapshotReference>("ISnapshots.RestoreAsync"));
        Assert.Equal((Samples.SnapshotId, null), (restored.Get("Id"), restored.Get("RestorableUntil")));
    }

    [Fact]
    public async Task The_beginning_of_an_id_is_enough()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("ISnapshots.RestoreAsync", Samples.Snapshot());

        await panel.OutputAsync("Restore-HBSnapshot aaaa");

        Assert.Equal(new SnapshotReference(null, "aaaa"), panel.Server.Request<SnapshotReference>("ISnapshots.RestoreAsync"));
    }

    [Fact]
    public async Task WhatIf_changes_nothing()
    {
        await using Panel panel = await Panel.OpenAsync();

        await panel.OutputAsync("Restore-HBSnapshot aaaa -WhatIf");

        Assert.Equal(0, panel.Server.Count("ISnapshots.RestoreAsync"));
        Assert.Contains("What if", panel.UI.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refusal_of_the_server_becomes_an_error_with_its_code()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.Fail("ISnapshots.RestoreAsync", new HandyBackupException(ErrorCode.SnapshotExpired, "No.") { Target = "thing", Advice = "Do something else." });

        ErrorRecord error = await panel.ErrorAsync("Restore-HBSnapshot aaaa");

        Assert.Equal("SnapshotExpired", error.Id());
        Assert.Equal("thing", error.TargetObject);
        Assert.Equal(ErrorCategory.ObjectNotFound, error.CategoryInfo.Category);
    }
}
