using System.Management.Automation;
using HandyBackup.Contracts;
using HandyBackup.Module.Tests.Hosting;

namespace HandyBackup.Module.Tests.Commands;

public sealed class CompareSnapshotTests
{
    [Fact]
    public async Task Objects_and_ids_name_the_snapshots()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.On("ISnapshots.ListAsync", new[] { Samples.Snapshot() });
        panel.Server.On("ISnapshots.CompareAsync", new[]
        {
            new ItemDifference { Path = "a", Change = ItemChange.Modified, Reference = Samples.Item("a") with { Size = 1 }, Difference = Samples.Item("a") },
        });

        PSObject difference = Assert.Single(await panel.OutputAsync("Get-HBSnapshot | Compare-HBSnapshot bbbb -Path /etc/"));

        Assert.Equal(
            new CompareSnapshotsRequest { Reference = new SnapshotReference(null, "bbbb"), Difference = new SnapshotReference("main", Samples.SnapshotId), Path = "etc" },
            panel.Server.Request<CompareSnapshotsRequest>("ISnapshots.CompareAsync"));
        Assert.Equal(("Modified", 1L, 1536L), (difference.Text("Change"), difference.Get("ReferenceSize"), difference.Get("DifferenceSize")));
    }

    [Fact]
    public async Task Refusal_of_the_server_becomes_an_error_with_its_code()
    {
        await using Panel panel = await Panel.OpenAsync();
        panel.Server.Fail("ISnapshots.CompareAsync", new HandyBackupException(ErrorCode.SnapshotNotFound, "No.") { Target = "thing", Advice = "Do something else." });

        ErrorRecord error = await panel.ErrorAsync("Compare-HBSnapshot aaaa bbbb");

        Assert.Equal("SnapshotNotFound", error.Id());
        Assert.Equal("thing", error.TargetObject);
        Assert.Equal("Do something else.", error.ErrorDetails.RecommendedAction);
    }
}
