using HandyBackup.Contracts;
using HandyBackup.Sources;
using HandyBackup.Testing;

namespace HandyBackup.Agent.Core.Tests.Backup;

public class IncrementalTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Nothing_changed_means_nothing_read_and_nothing_handed_in(bool answersLate)
    {
        BackupRig rig = MakeRig();
        if (answersLate)
        {
            rig.Blobs.BeforeAnswer = async _ => await Task.Yield();
        }

        BackupOutcome first = await rig.RunAsync();
        BackupOutcome second = await rig.RunAsync();

        Assert.Equal(first.RootTree, second.RootTree);
        Assert.Equal(0, rig.Session.Opened);
        Assert.Equal(0, rig.Session.Detailed);
        Assert.Equal(0, rig.Blobs.DataPuts + rig.Blobs.TreePuts);
        Assert.Equal((0L, 0L, 4L), (second.Totals.NewFiles, second.Totals.ChangedFiles, second.Totals.UnchangedFiles));
        Assert.Equal((first.Totals.Items, first.Totals.Bytes, 0L), (second.Totals.Items, second.Totals.Bytes, second.Totals.NewBytes));
        rig.AssertNothingLeft();
    }

    [Fact]
    public async Task One_changed_file_is_read_and_its_folders_written()
    {
        BackupRig rig = MakeRig();
        await rig.RunAsync();
        rig.Tree.Write("a/b/two", "changed"u8.ToArray());
        BackupOutcome second = await rig.RunAsync();

        Assert.Equal(1, rig.Session.Opened);
        Assert.Equal(1, rig.Blobs.DataPuts);
        Assert.Equal(3, rig.Blobs.TreePuts);
        Assert.Equal((0L, 1L, 3L), (second.Totals.NewFiles, second.Totals.ChangedFiles, second.Totals.UnchangedFiles));
        rig.AssertSnapshotIsSource();
    }

    [Fact]
    public async Task A_renamed_file_is_read_but_its_content_is_not_handed_in_again()
    {
        BackupRig rig = MakeRig();
        await rig.RunAsync();
        rig.Tree.AddFile("a/renamed", rig.Tree.Get("a/large").Content);
        rig.Tree.Remove("a/large");
        BackupOutcome second = await rig.RunAsync();

        Assert.Equal(1, rig.Session.Opened);
        Assert.Equal(0, rig.Blobs.DataPuts);
        Assert.Equal(1, second.Totals.NewFiles);
        rig.AssertSnapshotIsSource();
    }

    [Fact]
    public async Task A_touched_file_costs_its_reading_and_its_tree()
    {
        BackupRig rig = MakeRig();
        await rig.RunAsync();
        rig.Tree.Touch(rig.Tree.Get("zero"));
        BackupOutcome second = await rig.RunAsync();

        Assert.Equal(1, rig.Session.Opened);
        Assert.Equal(0, rig.Blobs.DataPuts);
        Assert.Equal(1, rig.Blobs.TreePuts);
        Assert.Equal(1, second.Totals.ChangedFiles);
        rig.AssertSnapshotIsSource();
    }

    [Theory]
    [InlineData("size")]
    [InlineData("modified")]
    [InlineData("changed")]
    [InlineData("inode")]
    [InlineData("unknown size")]
    [InlineData("unknown time")]
    [InlineData("kind")]
    public async Task A_file_is_read_again_when_anything_says_that_it_may_have_changed(string what)
    {
        BackupRig rig = MakeRig();
        await rig.RunAsync();
        MemoryItem item = rig.Tree.Get("zero");
        switch (what)
        {
            case "size":
                item.Content = new byte[1];
                break;
            case "modified":
                item.Modified = new SourceTime(5, 0);
                break;
            case "changed":
                item.Changed = new SourceTime(5, 0);
                break;
            case "inode":
                item.Inode = 999;
                break;
            case "unknown size":
                item.IsSizeKnown = false;
                break;
            case "unknown time":
                item.Modified = null;
                item.Changed = null;
                break;
            default:
                rig.Tree.AddSpecial("zero", SourceItemKind.Fifo);
                break;
        }

        await rig.RunAsync();
        Assert.Equal(what == "kind" ? 0 : 1, rig.Session.Opened);
        Assert.Equal(1, rig.Session.Detailed);
    }

    [Fact]
    public async Task What_listing_tells_is_brought_up_to_date_without_reading()
    {
        BackupRig rig = MakeRig();
        await rig.RunAsync();
        rig.Tree.Get("zero").Links = 7;
        await rig.RunAsync();
        Assert.Equal(0, rig.Session.Opened);
        Assert.Equal(7ul, rig.Node("zero").Links);
    }

    [Fact]
    public async Task Full_reads_everything_and_hands_in_nothing_known()
    {
        BackupRig rig = MakeRig();
        BackupOutcome first = await rig.RunAsync();
        BackupOutcome second = await rig.RunAsync(full: true);
        Assert.Equal(4, rig.Session.Opened);
        Assert.Equal(0, rig.Blobs.DataPuts + rig.Blobs.TreePuts);
        Assert.Equal(first.RootTree, second.RootTree);
        Assert.Equal(4, second.Totals.UnchangedFiles);
    }

    [Fact]
    public async Task Full_finds_content_that_changed_behind_equal_times()
    {
        BackupRig rig = MakeRig();
        await rig.RunAsync();
        rig.Tree.Get("a/b/two").Content = "TWO"u8.ToArray();
        BackupOutcome second = await rig.RunAsync(full: true);
        Assert.Equal(1, second.Totals.ChangedFiles);
        rig.AssertSnapshotIsSource();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Content_that_the_repository_lost_is_read_again(bool answersLate)
    {
        BackupRig rig = MakeRig();
        await rig.RunAsync();
        IReadOnlyList<BlobId> content = rig.Node("a/large").Content!;
        Assert.True(rig.Blobs.Remove(content[^1], BlobType.Data));
        if (answersLate)
        {
            rig.Blobs.BeforeAnswer = async _ => await Task.Yield();
        }

        await rig.RunAsync();
        Assert.Equal(1, rig.Session.Opened);
        Assert.Equal(1, rig.Blobs.DataPuts);
        rig.AssertSnapshotIsSource();
        rig.AssertNothingLeft();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_lost_tree_is_reported_and_its_folder_read_again(bool isDamaged)
    {
        BackupRig rig = MakeRig();
        await rig.RunAsync();
        BlobId tree = rig.Node("a/b").Subtree!.Value;
        if (isDamaged)
        {
            rig.Blobs.Damage(tree, BlobType.Tree);
        }
        else
        {
            Assert.True(rig.Blobs.Remove(tree, BlobType.Tree));
        }

        await rig.RunAsync();
        ItemIssue issue = Assert.Single(rig.Observer.Issues);
        Assert.Equal((isDamaged ? ErrorCode.BlobDamaged : ErrorCode.BlobMissing, "a/b"), (issue.Code, issue.Path));
        Assert.Equal(2, rig.Session.Opened);
        Assert.Equal(2, rig.Last!.Totals.NewFiles);
    }

    [Fact]
    public async Task A_lost_root_tree_makes_the_backup_a_first_one()
    {
        BackupRig rig = MakeRig();
        BackupOutcome first = await rig.RunAsync();
        rig.Blobs.Remove(first.RootTree, BlobType.Tree);
        BackupOutcome second = await rig.RunAsync();
        Assert.Equal(4, rig.Session.Opened);
        Assert.Equal("", Assert.Single(rig.Observer.Issues).Path);
        Assert.Equal(first.RootTree, second.RootTree);
        rig.AssertSnapshotIsSource();
    }

    [Fact]
    public async Task A_tree_with_nonsense_in_it_is_reported_and_its_folder_read_again()
    {
        BackupRig rig = MakeRig();
        await rig.RunAsync();
        BlobId nonsense = rig.Blobs.Add("{\"nodes\":[{\"name\":\"a\",\"type\":"u8, BlobType.Tree);
        rig.Forget(nonsense);
        await rig.RunAsync();
        Assert.Equal(ErrorCode.TreeDamaged, Assert.Single(rig.Observer.Issues).Code);
        rig.AssertSnapshotIsSource();
    }

    [Fact]
    public async Task A_repository_that_cannot_be_read_ends_the_run()
    {
        BackupRig rig = MakeRig();
        await rig.RunAsync();
        rig.Blobs.BeforeGet = (_, _) => throw new HandyBackupException(ErrorCode.StoreUnavailable, "The store does not answer.");
        HandyBackupException exception = await Assert.ThrowsAsync<HandyBackupException>(() => rig.RunAsync());
        Assert.Equal(ErrorCode.StoreUnavailable, exception.Code);
        rig.AssertNothingLeft();
    }

    [Fact]
    public async Task A_distant_repository_is_asked_in_batches()
    {
        var rig = new BackupRig();
        for (int i = 0; i < 2_000; i++)
        {
            rig.Tree.AddFile($"f{i}", $"content {i}");
        }

        rig.Blobs.BeforeAnswer = async token => await Task.Delay(2, token);
        await rig.RunAsync();
        Assert.True(rig.Blobs.FindCalls < 400, $"{rig.Blobs.FindCalls} calls for {rig.Blobs.IdsAsked} ids");
        await rig.RunAsync();
        Assert.True(rig.Blobs.FindCalls < 400, $"{rig.Blobs.FindCalls} calls for {rig.Blobs.IdsAsked} ids");
        Assert.Equal(0, rig.Session.Opened);
        rig.AssertSnapshotIsSource();
    }

    private static BackupRig MakeRig()
    {
        var rig = new BackupRig();
        rig.Tree.AddFile("a/b/one", "one");
        rig.Tree.AddFile("a/b/two", "two");
        rig.Tree.AddFile("a/large", BackupRig.Noise(1, 5_000_000));
        rig.Tree.AddFile("zero", "");
        rig.Tree.AddLink("link", "zero");
        rig.Tree.AddFolder("empty");
        return rig;
    }
}
