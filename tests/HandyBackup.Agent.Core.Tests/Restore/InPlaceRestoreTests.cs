using HandyBackup.Agent.Core.Tests.Backup;
using HandyBackup.Contracts;
using HandyBackup.Sources;
using HandyBackup.Testing;

namespace HandyBackup.Agent.Core.Tests.Restore;

/// <summary>What is there already is neither fetched nor written.</summary>
public class InPlaceRestoreTests
{
    [Fact]
    public async Task A_restore_over_what_was_restored_before_fetches_and_writes_nothing()
    {
        RestoreRig rig = await RestoredAsync();

        RestoreOutcome outcome = await rig.RestoreAsync();

        rig.AssertRestored();
        rig.AssertIssues();
        Assert.Equal((0L, 0L), (rig.Blobs.BytesGiven, rig.Target.Written));
        Assert.Equal(20_000_008, outcome.Totals.Bytes);
        Assert.Equal(outcome.Totals.Bytes, outcome.Totals.KeptBytes);
        Assert.Equal(outcome.Totals.Bytes, outcome.Totals.TotalBytes);
    }

    [Theory]
    [InlineData(OverwritePolicy.Always)]
    [InlineData(OverwritePolicy.IfChanged)]
    [InlineData(OverwritePolicy.IfNewer)]
    public async Task Of_a_file_that_was_changed_only_the_changed_blobs_are_fetched_and_written(OverwritePolicy policy)
    {
        RestoreRig rig = await RestoredAsync();
        rig.Order = rig.Order with { Overwrite = policy };
        Change(rig, "large", 9_000_000);
        Change(rig, "small", 3);

        RestoreOutcome outcome = await rig.RestoreAsync();

        rig.AssertRestored();
        Assert.InRange(rig.Blobs.BytesGiven, 512 * 1024, (8 * 1024 * 1024) + 8);
        Assert.Equal(rig.Blobs.BytesGiven, rig.Target.Written);
        Assert.Equal(rig.Target.Written, outcome.Totals.Bytes - outcome.Totals.KeptBytes);
    }

    [Fact]
    public async Task A_file_that_became_shorter_is_completed()
    {
        RestoreRig rig = await RestoredAsync();
        MemoryItem large = rig.Restored.Get("out/large");
        large.Content = large.Content[..12_000_000];

        await rig.RestoreAsync();

        rig.AssertRestored();
        Assert.InRange(rig.Blobs.BytesGiven, 8_000_000, 16_500_000);
    }

    [Fact]
    public async Task A_file_that_was_updated_in_part_and_then_failed_stays_as_it_was_and_counts_for_nothing()
    {
        RestoreRig rig = await RestoredAsync();
        Change(rig, "large", 100);
        byte[] before = rig.Restored.Get("out/large").Content.ToArray();
        rig.Blobs.Damage(SnapshotContent.Node(rig.Blobs, rig.Order.RootTree, "large").Content![0], BlobType.Data);

        RestoreOutcome outcome = await rig.RestoreAsync();

        rig.AssertIssues(("large", ErrorCode.BlobDamaged));
        rig.AssertNothingLeft();
        Assert.Equal(before, rig.Restored.Get("out/large").Content.ToArray());
        Assert.Equal((8L, 8L), (outcome.Totals.Bytes, outcome.Totals.KeptBytes));
    }

    [Fact]
    public async Task An_existing_empty_file_and_an_existing_link_do_no_harm()
    {
        var rig = new RestoreRig();
        rig.Tree.AddFile("empty", "");
        rig.Tree.AddFile("was empty", "content");
        rig.Tree.AddFile("was a link", "content");
        await rig.BackUpAsync();
        rig.Restored.AddFile("out/empty", "not empty");
        rig.Restored.AddFile("out/was empty", "");
        rig.Restored.AddLink("out/was a link", "empty");

        await rig.RestoreAsync();

        rig.AssertRestored();
        rig.AssertIssues();
    }

    [Fact]
    public async Task Large_holes_are_not_fetched()
    {
        var rig = new RestoreRig();
        byte[] content = new byte[100_000_000];
        BackupRig.Noise(1, 1000).CopyTo(content, 50_000_000);
        rig.Tree.AddFile("image", content);
        await rig.BackUpAsync();

        RestoreOutcome outcome = await rig.RestoreAsync();

        rig.AssertRestored();
        Assert.InRange(rig.Blobs.BytesGiven, 1000, 17_000_000);
        Assert.Equal(100_000_000, outcome.Totals.Bytes);
    }

    [Fact]
    public async Task A_content_that_many_files_have_is_fetched_once()
    {
        var rig = new RestoreRig();
        for (int i = 0; i < 50; i++)
        {
            rig.Tree.AddFile($"f{i}", BackupRig.Noise(1, 100_000));
        }

        await rig.BackUpAsync();
        await rig.RestoreAsync();

        rig.AssertRestored();
        Assert.Equal(100_000, rig.Blobs.BytesGiven);
    }

    private static async Task<RestoreRig> RestoredAsync()
    {
        var rig = new RestoreRig();
        rig.Tree.AddFile("large", BackupRig.Noise(1, 20_000_000)).Modified = new SourceTime(2_000_000_000, 0);
        rig.Tree.AddFile("small", "contents").Modified = new SourceTime(2_000_000_000, 0);
        await rig.BackUpAsync();
        await rig.RestoreAsync();
        rig.AssertRestored();
        rig.Blobs.ResetCounts();
        return rig;
    }

    private static void Change(RestoreRig rig, string name, int at)
    {
        MemoryItem item = rig.Restored.Get("out/" + name);
        byte[] content = item.Content.ToArray();
        content[at] ^= 1;
        item.Content = content;
        item.Modified = new SourceTime(1_000_000_000, 0);
    }
}
