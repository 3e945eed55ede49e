using HandyBackup.Agent.Core.Backup;
using HandyBackup.Contracts;
using HandyBackup.Sources;
using HandyBackup.Testing;

namespace HandyBackup.Agent.Core.Tests.Backup;

public class FaultTests
{
    [Theory]
    [InlineData(MemoryFault.Unreadable, ErrorCode.ItemUnreadable)]
    [InlineData(MemoryFault.Vanishes, ErrorCode.ItemVanished)]
    [InlineData(MemoryFault.FailsMidway, ErrorCode.ItemUnreadable)]
    [InlineData(MemoryFault.DetailsUnreadable, ErrorCode.ItemUnreadable)]
    public async Task A_file_that_cannot_be_read_is_reported_and_left_out(MemoryFault fault, ErrorCode code)
    {
        foreach (int length in new[] { 0, 1000, 3_000_000, 40_000_000 })
        {
            BackupRig rig = MakeRig();
            rig.Tree.AddFile("folder/bad", BackupRig.Noise(1, length)).Fault = fault;
            await rig.RunAsync();

            ItemIssue issue = Assert.Single(rig.Observer.Issues);
            Assert.Equal((code, "folder/bad"), (issue.Code, issue.Path));
            Assert.NotEmpty(issue.Reason);
            rig.AssertNothingLeft();
            rig.Tree.Remove("folder/bad");
            rig.AssertSnapshotIsSource();
            Assert.Equal(8, rig.Last!.Totals.Bytes);
        }
    }

    [Fact]
    public async Task A_file_that_changes_while_read_is_stored_and_reported()
    {
        BackupRig rig = MakeRig();
        rig.Tree.AddFile("busy", "as read").Fault = MemoryFault.ChangesWhileRead;
        await rig.RunAsync();
        ItemIssue issue = Assert.Single(rig.Observer.Issues);
        Assert.Equal((ErrorCode.ItemChanged, "busy"), (issue.Code, issue.Path));
        rig.AssertSnapshotIsSource();
    }

    [Fact]
    public async Task An_item_of_no_known_kind_is_reported_and_left_out()
    {
        BackupRig rig = MakeRig();
        rig.Tree.AddSpecial("door", SourceItemKind.Other);
        await rig.RunAsync();
        Assert.Equal(ErrorCode.ItemUnsupported, Assert.Single(rig.Observer.Issues).Code);
        rig.Tree.Remove("door");
        rig.AssertSnapshotIsSource();
    }

    [Theory]
    [InlineData(MemoryFault.CannotBeListed, ErrorCode.ItemUnreadable, 0)]
    [InlineData(MemoryFault.FailsMidway, ErrorCode.ItemUnreadable, 2)]
    [InlineData(MemoryFault.DetailsUnreadable, ErrorCode.ItemUnreadable, 4)]
    public async Task A_folder_with_a_fault_is_kept_with_what_could_be_listed(MemoryFault fault, ErrorCode code, int kept)
    {
        BackupRig rig = MakeRig();
        for (int i = 0; i < 4; i++)
        {
            rig.Tree.AddFile($"bad/file{i}", $"content {i}");
        }

        rig.Tree.Get("bad").Fault = fault;
        await rig.RunAsync();
        ItemIssue issue = Assert.Single(rig.Observer.Issues);
        Assert.Equal((code, "bad"), (issue.Code, issue.Path));
        Assert.Equal(kept, SnapshotContent.Nodes(rig.Blobs, rig.Node("bad").Subtree!.Value).Count);
    }

    [Fact]
    public async Task A_folder_that_vanished_is_reported_and_left_out()
    {
        BackupRig rig = MakeRig();
        rig.Tree.AddFile("gone/file", "x");
        rig.Tree.Get("gone").Fault = MemoryFault.Vanishes;
        await rig.RunAsync();
        Assert.Equal(ErrorCode.ItemVanished, Assert.Single(rig.Observer.Issues).Code);
        rig.Tree.Remove("gone");
        rig.AssertSnapshotIsSource();
    }

    [Theory]
    [InlineData(MemoryFault.CannotBeListed, SourceError.Unreadable)]
    [InlineData(MemoryFault.FailsMidway, SourceError.Unreadable)]
    [InlineData(MemoryFault.Vanishes, SourceError.Vanished)]
    public async Task Without_the_top_there_is_no_backup(MemoryFault fault, SourceError error)
    {
        BackupRig rig = MakeRig();
        rig.Tree.Root.Fault = fault;
        SourceException exception = await Assert.ThrowsAsync<SourceException>(() => rig.RunAsync());
        Assert.Equal(error, exception.Error);
        rig.AssertNothingLeft();
    }

    [Theory]
    [InlineData("folder")]
    [InlineData("folder/one")]
    public async Task A_lost_source_ends_the_run(string path)
    {
        BackupRig rig = MakeRig();
        rig.Tree.Get(path).Fault = MemoryFault.SourceLost;
        SourceException exception = await Assert.ThrowsAsync<SourceException>(() => rig.RunAsync());
        Assert.Equal(SourceError.Unavailable, exception.Error);
        rig.AssertNothingLeft();
    }

    [Fact]
    public async Task A_repository_that_takes_no_more_ends_the_run_once()
    {
        BackupRig rig = MakeRig();
        for (int i = 0; i < 300; i++)
        {
            rig.Tree.AddFile($"many/{i}", BackupRig.Noise(i, 3000));
        }

        rig.Tree.AddFile("large", BackupRig.Noise(3, 30_000_000));
        int puts = 0;
        rig.Blobs.BeforePut = (_, _) => Interlocked.Increment(ref puts) < 50
            ? ValueTask.CompletedTask
            : throw new HandyBackupException(ErrorCode.StoreFull, "No space is left.");
        HandyBackupException exception = await Assert.ThrowsAsync<HandyBackupException>(() => rig.RunAsync());
        Assert.Equal(ErrorCode.StoreFull, exception.Code);
        Assert.InRange(puts, 50, 50 + BlobSaver.MostOnTheWay);
        rig.AssertNothingLeft();
    }

    private static BackupRig MakeRig()
    {
        var rig = new BackupRig();
        rig.Tree.AddFile("folder/one", "one");
        rig.Tree.AddFile("other", "other");
        return rig;
    }
}
