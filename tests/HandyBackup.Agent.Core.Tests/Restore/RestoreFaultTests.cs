using HandyBackup.Agent.Core.Tests.Backup;
using HandyBackup.Contracts;
using HandyBackup.Sources;
using HandyBackup.Testing;

namespace HandyBackup.Agent.Core.Tests.Restore;

public class RestoreFaultTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_lost_blob_takes_down_only_the_files_that_need_it(bool isDamaged)
    {
        var rig = new RestoreRig();
        rig.Tree.AddFile("folder/bad", "lost");
        rig.Tree.AddFile("folder/same", "lost");
        rig.Tree.AddFile("folder/good", "kept");
        rig.Tree.AddFile("large", BackupRig.Noise(1, 70_000_000));
        rig.Tree.AddFile("other", BackupRig.Noise(2, 5_000_000));
        await rig.BackUpAsync();
        BlobId[] lost = [Content("folder/bad")[0], Content("large")[3], Content("large")[^1]];
        foreach (BlobId id in lost)
        {
            Lose(id);
        }

        RestoreOutcome outcome = await rig.RestoreAsync();

        ErrorCode code = isDamaged ? ErrorCode.BlobDamaged : ErrorCode.BlobMissing;
        rig.AssertIssues(("folder/bad", code), ("folder/same", code), ("large", code));
        rig.AssertNothingLeft();
        Assert.Equal(["folder", "other"], rig.Restored.Get("out").Children.Values.Select(item => ItemName.ToText(item.Name)));
        Assert.Equal(["good"], rig.Restored.Get("out/folder").Children.Values.Select(item => ItemName.ToText(item.Name)));
        Assert.Equal(rig.Tree.Get("folder").Modified, rig.Restored.Get("out/folder").Modified);
        Assert.Equal(5_000_004, outcome.Totals.Bytes);
        Assert.Equal(6, outcome.Totals.Items);

        IReadOnlyList<BlobId> Content(string path) => SnapshotContent.Node(rig.Blobs, rig.Order.RootTree, path).Content!;

        void Lose(BlobId id)
        {
            if (isDamaged)
            {
                rig.Blobs.Damage(id, BlobType.Data);
            }
            else
            {
                rig.Blobs.Remove(id, BlobType.Data);
            }
        }
    }

    [Fact]
    public async Task A_failure_that_names_a_pack_is_narrowed_down_to_the_blobs_behind_it()
    {
        var rig = new RestoreRig();
        for (int i = 0; i < 40; i++)
        {
            rig.Tree.AddFile($"f{i:D2}", $"content {i}");
        }

        await rig.BackUpAsync();
        BlobId[] bad = [.. new[] { "f07", "f21" }.Select(path => SnapshotContent.Node(rig.Blobs, rig.Order.RootTree, path).Content![0])];
        rig.Blobs.BeforeGet = (ids, _) => ids.Intersect(bad).Any()
            ? throw new HandyBackupException(ErrorCode.PackDamaged, "Pack 1234 is truncated.") { Target = "1234" }
            : ValueTask.CompletedTask;

        await rig.RestoreAsync();

        rig.AssertIssues(("f07", ErrorCode.PackDamaged), ("f21", ErrorCode.PackDamaged));
        Assert.Equal(38, rig.Restored.Get("out").Children.Count);
    }

    [Fact]
    public async Task A_folder_whose_tree_is_lost_is_reported_and_not_created()
    {
        var rig = new RestoreRig();
        rig.Tree.AddFile("bad/inside", "x");
        rig.Tree.AddFile("damaged/inside", "y");
        rig.Tree.AddFile("good/inside", "z");
        await rig.BackUpAsync();
        rig.Blobs.Remove(SnapshotContent.Node(rig.Blobs, rig.Order.RootTree, "bad").Subtree!.Value, BlobType.Tree);
        rig.Blobs.Damage(SnapshotContent.Node(rig.Blobs, rig.Order.RootTree, "damaged").Subtree!.Value, BlobType.Tree);

        List<RestorePlanItem> plan = await rig.PlanAsync();
        await rig.RestoreAsync();

        rig.AssertIssues(("bad", ErrorCode.BlobMissing), ("damaged", ErrorCode.BlobDamaged));
        Assert.Equal(["good"], rig.Restored.Get("out").Children.Values.Select(item => ItemName.ToText(item.Name)));
        Assert.Equal([RestoreAction.Refuse, RestoreAction.Refuse, RestoreAction.Create, RestoreAction.Create], plan.Select(item => item.Action));
    }

    [Fact]
    public async Task A_lost_root_tree_stops_the_restore()
    {
        var rig = new RestoreRig();
        rig.Tree.AddFile("x", "x");
        await rig.BackUpAsync();
        rig.Blobs.Remove(rig.Order.RootTree, BlobType.Tree);
        Assert.Equal(ErrorCode.BlobMissing, (await Assert.ThrowsAsync<HandyBackupException>(rig.RestoreAsync)).Code);
    }

    [Fact]
    public async Task What_the_target_does_not_take_is_reported_and_the_rest_goes_on()
    {
        var rig = new RestoreRig { Configure = target => target.CannotWrite = path => path.EndsWith("bad", StringComparison.Ordinal) };
        rig.Tree.AddFile("file bad", "x");
        rig.Tree.AddFile("empty bad", "");
        rig.Tree.AddFile("folder bad/inside", "x");
        rig.Tree.AddLink("link bad", "x");
        rig.Tree.AddFile("large bad", BackupRig.Noise(3, 10_000_000));
        rig.Tree.AddFile("good", "x");
        await rig.BackUpAsync();

        RestoreOutcome outcome = await rig.RestoreAsync();

        rig.AssertIssues(
            ("empty bad", ErrorCode.ItemNotRestored),
            ("file bad", ErrorCode.ItemNotRestored),
            ("folder bad", ErrorCode.ItemNotRestored),
            ("large bad", ErrorCode.ItemNotRestored),
            ("link bad", ErrorCode.ItemNotRestored));
        rig.AssertNothingLeft();
        Assert.Equal(["good"], rig.Restored.Get("out").Children.Values.Select(item => ItemName.ToText(item.Name)));
        Assert.Equal(1, outcome.Totals.Bytes);
    }

    [Fact]
    public async Task Metadata_that_cannot_be_set_is_reported_and_the_item_stays()
    {
        var rig = new RestoreRig { Configure = target => target.CannotSetMetadata = _ => true };
        rig.Tree.AddFile("folder/file", "x");
        rig.Tree.AddLink("link", "x");
        await rig.BackUpAsync();

        await rig.RestoreAsync();

        rig.AssertIssues(("folder", ErrorCode.MetadataNotRestored), ("folder/file", ErrorCode.MetadataNotRestored), ("link", ErrorCode.MetadataNotRestored));
        Assert.All(rig.Observer.Issues, issue => Assert.Contains("owner", issue.Reason, StringComparison.Ordinal));
        rig.AssertRestored();
    }

    [Fact]
    public async Task A_full_destination_stops_the_restore_and_leaves_no_half_file()
    {
        var rig = new RestoreRig { Configure = target => target.Capacity = 9_000_000 };
        for (int i = 0; i < 10; i++)
        {
            rig.Tree.AddFile($"folder/f{i}", BackupRig.Noise(i, 3_000_000));
        }

        await rig.BackUpAsync();

        SourceException exception = await Assert.ThrowsAsync<SourceException>(rig.RestoreAsync);

        Assert.Equal(SourceError.DestinationFull, exception.Error);
        rig.AssertNothingLeft();
        Assert.All(rig.Restored.Get("out/folder").Children, child => Assert.True(rig.Tree.Get("folder/" + ItemName.ToText(child.Key)).Content.Span.SequenceEqual(child.Value.Content.Span)));
        Assert.InRange(rig.Restored.Get("out/folder").Children.Count, 0, 3);
    }

    [Fact]
    public async Task A_lost_repository_stops_the_restore()
    {
        var rig = new RestoreRig();
        rig.Tree.AddFile("folder/a", BackupRig.Noise(1, 3_000_000));
        await rig.BackUpAsync();
        rig.Blobs.BeforeGet = (ids, _) => ids.Count > 1 ? throw new HandyBackupException(ErrorCode.StoreUnavailable, "The disk is gone.") : ValueTask.CompletedTask;
        Assert.Equal(ErrorCode.StoreUnavailable, (await Assert.ThrowsAsync<HandyBackupException>(rig.RestoreAsync)).Code);
        rig.AssertNothingLeft();
        Assert.Empty(rig.Restored.Get("out/folder").Children);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(200_000)]
    [InlineData(3_000_000)]
    [InlineData(7_500_000)]
    public async Task A_restore_that_is_stopped_leaves_no_half_file(long after)
    {
        var rig = new RestoreRig();
        using var stop = new CancellationTokenSource();
        rig.Tree.AddFile("a/large", BackupRig.Noise(1, 6_000_000));
        for (int i = 0; i < 40; i++)
        {
            rig.Tree.AddFile($"b/f{i}", BackupRig.Noise(i, 50_000));
        }

        await rig.BackUpAsync();
        rig.Blobs.BeforeGet = async (_, cancellationToken) =>
        {
            // The first calls are for trees; then the stop comes while blobs are being asked for, or a little later.
            if (rig.Target.Written >= after)
            {
                await stop.CancelAsync();
            }

            cancellationToken.ThrowIfCancellationRequested();
        };

        try
        {
            await rig.RestoreUntilAsync(stop.Token);

            // Only where nothing was asked for any more when the stop came.
            Assert.Equal(8_000_000, rig.Target.Written);
        }
        catch (OperationCanceledException)
        {
            // What is expected unless the restore was quicker than the stop.
        }

        rig.AssertNothingLeft();
        rig.Restored.AddFolder("out");
        foreach (string line in rig.Restored.Describe("out").Where(line => line.Contains(" File ", StringComparison.Ordinal)))
        {
            Assert.Contains(line, rig.Tree.Describe());
        }
    }
}
