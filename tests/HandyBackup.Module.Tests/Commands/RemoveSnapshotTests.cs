using System.Management.Automation;
using HandyBackup.Contracts;
using HandyBackup.Module.Tests.Hosting;

namespace HandyBackup.Module.Tests.Commands;

public sealed class RemoveSnapshotTests
{
    [Fact]
    public async Task The_beginning_of_an_id_is_resolved_before_the_question()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("ISnapshots.ListAsync", new[] { Samples.Snapshot() });
        panel.Server.On("ISnapshots.RemoveAsync", Task.CompletedTask);
        panel.UI.Choices.Enqueue(0);

        await panel.OutputAsync("Remove-HBSnapshot aaaa");

        Assert.Contains("docs", Assert.Single(panel.UI.Questions), StringComparison.Ordinal);
        Assert.Equal(new SnapshotReference("main", Samples.SnapshotId), panel.Server.Request<SnapshotReference>("ISnapshots.RemoveAsync"));
    }

    [Fact]
    public async Task An_ambiguous_id_is_refused()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("ISnapshots.ListAsync", new[] { Samples.Snapshot(), Samples.Snapshot(new string('a', 63) + "b") });

        Assert.Equal("SnapshotAmbiguous", (await panel.ErrorAsync("Remove-HBSnapshot aaaa -Confirm:$false")).Id());
        Assert.Equal(0, panel.Server.Count("ISnapshots.RemoveAsync"));
    }

    [Fact]
    public async Task A_damaged_snapshot_can_be_removed()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.Fail("ISnapshots.ListAsync", new HandyBackupException(ErrorCode.SnapshotDamaged, "Damaged."));
        panel.Server.On("ISnapshots.RemoveAsync", Task.CompletedTask);
        panel.UI.Choices.Enqueue(0);

        await panel.OutputAsync("Remove-HBSnapshot aaaa -Repository main");

        Assert.Contains("damaged snapshot aaaa", Assert.Single(panel.UI.Questions), StringComparison.Ordinal);
        Assert.Equal(new SnapshotReference("main", "aaaa"), panel.Server.Request<SnapshotReference>("ISnapshots.RemoveAsync"));
    }

    [Fact]
    public async Task WhatIf_changes_nothing()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("ISnapshots.ListAsync", new[] { Samples.Snapshot() });

        await panel.OutputAsync("Get-HBSnapshot | Remove-HBSnapshot -WhatIf");

        Assert.Equal(0, panel.Server.Count("ISnapshots.RemoveAsync"));
        Assert.Contains("What if", panel.UI.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refusal_of_the_server_becomes_an_error_with_its_code()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("ISnapshots.ListAsync", new[] { Samples.Snapshot() });
        panel.Server.Fail("ISnapshots.RemoveAsync", new HandyBackupException(ErrorCode.RepositoryLocked, "No.") { Target = "thing", Advice = "Do something else." });

        ErrorRecord error = await panel.ErrorAsync("Remove-HBSnapshot aaaa -Confirm:$false");

        Assert.Equal("RepositoryLocked", error.Id());
        Assert.Equal("thing", error.TargetObject);
        Assert.Equal("Do something else.", error.ErrorDetails.RecommendedAction);
    }
}
