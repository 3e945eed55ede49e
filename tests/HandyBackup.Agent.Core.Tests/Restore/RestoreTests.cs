using HandyBackup.Agent.Core.Tests.Backup;
using HandyBackup.Contracts;
using HandyBackup.Sources;
using HandyBackup.Testing;

namespace HandyBackup.Agent.Core.Tests.Restore;

public class RestoreTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Every_kind_of_item_comes_back(bool compressed)
    {
        var rig = new RestoreRig();
        rig.Blobs.HandsOutCompressed = compressed;
        rig.Tree.AddFile("docs/letter.txt", "Dear Sir or Madam").Details = new SourceItemDetails
        {
            User = "ann",
            Group = "staff",
            ExtendedAttributes = [KeyValuePair.Create("user.comment", "hello"u8.ToArray()), KeyValuePair.Create("user.empty", Array.Empty<byte>())],
        };
        rig.Tree.AddFile("docs/empty", "");
        rig.Tree.AddFolder("docs/nothing in it").Mode = 0x16D;
        rig.Tree.AddFile("docs/name with\\xFF\\x0Abytes", "strange");
        rig.Tree.AddLink("link", "docs/\\xFE");
        rig.Tree.AddSpecial("disk", SourceItemKind.BlockDevice, 0x801);
        rig.Tree.AddSpecial("pipe", SourceItemKind.Fifo);
        rig.Tree.AddFile("large", BackupRig.Noise(1, 3_000_000));
        rig.Tree.AddFile("same as large", BackupRig.Noise(1, 3_000_000));
        rig.Tree.AddFile("zeros", new byte[20_000_000]);
        await rig.BackUpAsync();

        RestoreOutcome outcome = await rig.RestoreAsync();

        rig.AssertRestored();
        rig.AssertIssues();
        Assert.Equal(11, outcome.Totals.Items);
        Assert.Equal(26_000_000 + 17 + 7, outcome.Totals.Bytes);
        Assert.Equal(outcome.Totals.Bytes, outcome.Totals.TotalBytes);
        Assert.Equal(0, outcome.Skipped);
    }

    [Fact]
    public async Task A_file_larger_than_a_window_comes_back()
    {
        var rig = new RestoreRig();
        rig.Tree.AddFile("a", BackupRig.Noise(1, 80_000_000));
        rig.Tree.AddFile("b", "after it");
        int most = 0;
        await rig.BackUpAsync();
        rig.Blobs.BeforeGet = (ids, _) =>
        {
            most = Math.Max(most, ids.Count);
            return ValueTask.CompletedTask;
        };

        await rig.RestoreAsync();

        rig.AssertRestored();
        Assert.InRange(most, 2, 75);
    }

    [Fact]
    public async Task Thousands_of_small_files_come_back()
    {
        var rig = new RestoreRig();
        for (int i = 0; i < 6000; i++)
        {
            rig.Tree.AddFile($"folder{i % 71}/sub{i % 7}/file{i}", $"content of {i / 3}");
        }

        await rig.BackUpAsync();
        int calls = 0;
        rig.Blobs.BeforeGet = (_, _) =>
        {
            Interlocked.Increment(ref calls);
            return ValueTask.CompletedTask;
        };

        RestoreOutcome outcome = await rig.RestoreAsync();

        rig.AssertRestored();
        Assert.Equal(6000 + 71 + (71 * 7), outcome.Totals.Items);

        // Files by thousands; trees many at a time, twice because they are counted beside it (one by one).
        Assert.InRange(calls, 3, 3 + 75 + 71 + (71 * 7) + 20);
    }

    [Fact]
    public async Task Hard_links_come_back_as_links()
    {
        var rig = new RestoreRig();
        MemoryItem first = rig.Tree.AddFile("a/first", "linked");
        rig.Tree.AddHardLink("a/second", first);
        rig.Tree.AddHardLink("z/third", first);
        await rig.BackUpAsync();

        RestoreOutcome outcome = await rig.RestoreAsync();

        rig.AssertIssues();
        Assert.Equal(6, outcome.Totals.Bytes);
        Assert.Equal(5, outcome.Totals.Items);
        MemoryItem[] links = [rig.Restored.Get("out/a/first"), rig.Restored.Get("out/a/second"), rig.Restored.Get("out/z/third")];
        Assert.Single(links.Select(link => link.Inode).Distinct());
        Assert.All(links, link => Assert.Equal("linked"u8.ToArray(), link.Content.ToArray()));
        Assert.Equal(3ul, links.Max(link => link.Links));
    }

    [Fact]
    public async Task When_the_first_name_of_a_file_cannot_be_written_the_others_still_are()
    {
        var rig = new RestoreRig { Configure = target => target.CannotWrite = path => path == "a" };
        MemoryItem first = rig.Tree.AddFile("a", "linked");
        rig.Tree.AddHardLink("b", first);
        rig.Tree.AddHardLink("c", first);
        await rig.BackUpAsync();

        RestoreOutcome outcome = await rig.RestoreAsync();

        rig.AssertIssues(("a", ErrorCode.ItemNotRestored));
        rig.AssertNothingLeft();
        Assert.Equal(6, outcome.Totals.Bytes);
        Assert.Equal("linked"u8.ToArray(), rig.Restored.Get("out/b").Content.ToArray());
        Assert.Equal(2ul, rig.Restored.Get("out/c").Links);
        Assert.Null(rig.Restored.Find("out/a"));
    }

    [Fact]
    public async Task Files_that_only_share_an_inode_number_are_not_linked()
    {
        var rig = new RestoreRig();
        MemoryItem first = rig.Tree.AddFile("a", "one");
        MemoryItem second = rig.Tree.AddFile("b", "two");
        second.Inode = first.Inode;
        first.Links = second.Links = 2;
        await rig.BackUpAsync();

        await rig.RestoreAsync();

        Assert.Equal("two"u8.ToArray(), rig.Restored.Get("out/b").Content.ToArray());
    }

    [Fact]
    public async Task Progress_grows_and_knows_its_end()
    {
        var rig = new RestoreRig();
        for (int i = 0; i < 300; i++)
        {
            rig.Tree.AddFile($"f{i}", BackupRig.Noise(i, 100_000));
        }

        await rig.BackUpAsync();
        rig.Blobs.BeforeGet = (ids, cancellationToken) => ids.Count > 1 ? new ValueTask(Task.Delay(150, cancellationToken)) : ValueTask.CompletedTask;

        RestoreOutcome outcome = await rig.RestoreAsync();

        RunProgress last = Assert.IsType<RunProgress>(rig.Observer.Reports.LastOrDefault());
        Assert.Equal(300, last.TotalItems);
        Assert.Equal(30_000_000, last.TotalBytes);
        Assert.NotNull(last.CurrentItem);
        Assert.Equal(30_000_000, outcome.Totals.Bytes);
    }
}
