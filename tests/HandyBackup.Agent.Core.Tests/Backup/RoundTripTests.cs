using System.Text;
using FsCheck.Xunit;
using HandyBackup.Contracts;
using HandyBackup.Sources;
using HandyBackup.Testing;

namespace HandyBackup.Agent.Core.Tests.Backup;

public class RoundTripTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(null)]
    public async Task A_snapshot_holds_every_kind_of_item(int? level)
    {
        var rig = new BackupRig();
        rig.Order = rig.Order with { CompressionLevel = level };
        rig.Tree.AddFile("docs/letter.txt", "Dear Sir or Madam").Details = new SourceItemDetails
        {
            User = "ann",
            Group = "staff",
            ExtendedAttributes = [KeyValuePair.Create("user.comment", "hello"u8.ToArray()), KeyValuePair.Create("user.empty", Array.Empty<byte>())],
        };
        rig.Tree.AddFile("docs/empty", "");
        rig.Tree.AddFolder("docs/nothing in it");
        rig.Tree.AddFile("docs/name with\\xFF\\x0Abytes", "strange");
        rig.Tree.AddLink("link", "docs/\\xFE");
        rig.Tree.AddSpecial("disk", SourceItemKind.BlockDevice, 0x801);
        rig.Tree.AddSpecial("tty", SourceItemKind.CharacterDevice, 0x500);
        rig.Tree.AddSpecial("pipe", SourceItemKind.Fifo);
        rig.Tree.AddSpecial("socket", SourceItemKind.Socket);
        rig.Tree.AddFile("large", BackupRig.Noise(1, 3_000_000));
        rig.Tree.AddFile("larger", BackupRig.Noise(2, 40_000_000));
        rig.Tree.AddFile("zeros", new byte[20_000_000]);
        MemoryItem first = rig.Tree.AddFile("first", "linked");
        rig.Tree.AddHardLink("second", first);

        BackupOutcome outcome = await rig.RunAsync();

        rig.AssertSnapshotIsSource();
        rig.AssertNothingLeft();
        Assert.Empty(rig.Observer.Issues);
        Assert.Equal(15, outcome.Totals.Items);
        Assert.Equal(8, outcome.Totals.NewFiles);
        Assert.Equal(63_000_000 + 17 + 7 + 12, outcome.Totals.Bytes);
        Assert.Equal(["/memory"], outcome.Paths);
        Assert.Equal(rig.Node("first").Inode, rig.Node("second").Inode);
        Assert.Equal(2ul, rig.Node("second").Links);
        Assert.True(rig.Node("larger").Content!.Count > 10);
    }

    [Fact]
    public async Task Nodes_are_filled_as_restic_fills_them()
    {
        var rig = new BackupRig();
        MemoryItem folder = rig.Tree.AddFolder("folder");
        folder.Links = 2;
        rig.Tree.AddFile("folder/empty", "");
        rig.Tree.AddSpecial("folder/pipe", SourceItemKind.Fifo);
        await rig.RunAsync();

        // Taken from `restic cat blob` of such a folder, restic 0.14: a file without content has an empty list, everything else null; folders
        // and pipes have no number of links.
        string json = Encoding.UTF8.GetString(rig.Blobs.Get(rig.Node("folder").Subtree!.Value, BlobType.Tree));
        Assert.Equal(
            """
            {"nodes":[{"name":"empty","type":"file","mode":420,"mtime":"2023-11-14T22:13:23.003000009Z","atime":"2023-11-14T22:13:23.003000009Z","ctime":"2023-11-14T22:13:23.003000009Z","uid":0,"gid":0,"inode":3,"device_id":1,"links":1,"content":[]},{"name":"pipe","type":"fifo","mode":33554816,"mtime":"2023-11-14T22:13:24.004000012Z","atime":"2023-11-14T22:13:24.004000012Z","ctime":"2023-11-14T22:13:24.004000012Z","uid":0,"gid":0,"inode":4,"device_id":1,"content":null}]}

            """,
            json);
        Assert.Equal(0ul, rig.Node("folder").Links);
    }

    [Fact]
    public async Task Windows_attributes_travel_as_restic_writes_them()
    {
        var rig = new BackupRig();
        MemoryItem file = rig.Tree.AddFile("file", "x");
        file.Mode = null;
        file.Details = new SourceItemDetails { Created = new SourceTime(1_700_000_000, 123_456_700), WindowsAttributes = 0x22 };
        await rig.RunAsync();

        TreeNode node = rig.Node("file");
        Assert.Equal("34", Encoding.ASCII.GetString(node.GenericAttributes!["windows.file_attributes"].Span));

        // 2023-11-14T22:13:20.1234567Z is the FILETIME 133444736001234567.
        Assert.Equal(
            """{"LowDateTime":3330266759,"HighDateTime":31070023}""", Encoding.ASCII.GetString(node.GenericAttributes["windows.creation_time"].Span));
        Assert.Equal(0x180u, GoFileMode.ToPosix(node.Mode));
    }

    [Fact]
    public async Task Unknown_sizes_are_read_to_the_end()
    {
        var rig = new BackupRig();
        rig.Tree.AddFile("dump", BackupRig.Noise(3, 17_000_000)).IsSizeKnown = false;
        rig.Tree.AddFile("empty dump", "").IsSizeKnown = false;
        await rig.RunAsync();
        rig.AssertSnapshotIsSource();
        rig.AssertNothingLeft();
    }

    [Theory]
    [InlineData(100, 5_000)]
    [InlineData(100, 3_000_000)]
    [InlineData(5_000, 20_000_000)]
    [InlineData(3_000_000, 100)]
    public async Task A_file_of_another_size_than_listed_is_stored_as_read(int listed, int actual)
    {
        var rig = new BackupRig();
        rig.Tree.AddFile("file", BackupRig.Noise(4, actual)).ListedSize = listed;
        await rig.RunAsync();
        rig.AssertSnapshotIsSource();
        rig.AssertNothingLeft();
        Assert.Equal((ulong)actual, rig.Node("file").Size);
        Assert.Equal(actual, rig.Last!.Totals.Bytes);
    }

    [Fact]
    public async Task Equal_sources_make_equal_root_trees_however_they_are_read()
    {
        var plain = new BackupRig();
        var slow = new BackupRig();
        var random = new Random(11);
        foreach (BackupRig rig in new[] { plain, slow })
        {
            rig.Tree.AddFile("a/large", BackupRig.Noise(5, 19_000_000));
            rig.Tree.AddFile("a/middle", BackupRig.Noise(6, 2_000_000));
            rig.Tree.AddFile("b", "small");
        }

        slow.Source.AnswersLate = true;
        slow.Source.ReadSize = most => random.Next(1, Math.Min(most, 700_000) + 1);
        slow.Blobs.BeforeAnswer = async _ => await Task.Yield();
        slow.Order = slow.Order with { CompressionLevel = 3 };

        Assert.Equal((await plain.RunAsync()).RootTree, (await slow.RunAsync()).RootTree);
        slow.AssertNothingLeft();
    }

    [Fact]
    public async Task Equal_content_is_handed_in_once()
    {
        var rig = new BackupRig();
        for (int i = 0; i < 200; i++)
        {
            rig.Tree.AddFile($"copy{i}", "all the same");
        }

        BackupOutcome outcome = await rig.RunAsync();
        Assert.Equal(1, rig.Blobs.DataPuts);
        rig.AssertSnapshotIsSource();
        Assert.True(outcome.Totals.NewBytes > 12);
    }

    [Fact]
    public async Task No_depth_of_folders_is_too_much()
    {
        var rig = new BackupRig();
        MemoryItem folder = rig.Tree.Root;
        for (int i = 0; i < 3_000; i++)
        {
            var child = new MemoryItem { Name = "d"u8.ToArray(), Kind = SourceItemKind.Folder, Modified = default(SourceTime) };
            folder.Children.Add(child.Name, child);
            folder = child;
        }

        Assert.Equal(3_000, (await rig.RunAsync()).Totals.Items);
        await rig.RunAsync();
        Assert.Equal(0, rig.Blobs.TreePuts);
        rig.AssertNothingLeft();
    }

    [Fact]
    public async Task Incompressible_content_travels_plain()
    {
        var rig = new BackupRig();
        var compressed = new Dictionary<int, bool>();
        rig.Blobs.BeforePut = (blob, _) =>
        {
            lock (compressed)
            {
                compressed[blob.PlainLength] = blob.IsCompressed;
            }

            return ValueTask.CompletedTask;
        };
        rig.Tree.AddFile("noise", BackupRig.Noise(8, 100_000));
        rig.Tree.AddFile("zeros", new byte[100_001]);
        await rig.RunAsync();
        Assert.False(compressed[100_000]);
        Assert.True(compressed[100_001]);
    }

    [Fact]
    public async Task A_level_that_zstd_does_not_have_is_refused()
    {
        var rig = new BackupRig();
        rig.Order = rig.Order with { CompressionLevel = 99 };
        HandyBackupException exception = await Assert.ThrowsAsync<HandyBackupException>(() => rig.RunAsync());
        Assert.Equal(ErrorCode.InvalidArgument, exception.Code);
    }

    [Property(MaxTest = 40)]
    public async Task Any_tree_comes_back_also_after_any_changes(int seed)
    {
        var rig = new BackupRig();
        var random = new Random(seed);
        rig.Source.AnswersLate = random.Next(2) == 0;
        rig.Blobs.HandsOutCompressed = random.Next(2) == 0;
        if (random.Next(2) == 0)
        {
            rig.Blobs.BeforeAnswer = async _ => await Task.Yield();
        }

        for (int run = 0; run < 3; run++)
        {
            RandomChanges.Apply(rig.Tree, random);
            await rig.RunAsync(full: random.Next(4) == 0);
            rig.AssertSnapshotIsSource();
            rig.AssertNothingLeft();
        }
    }
}
