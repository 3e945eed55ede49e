using System.Text.Json;
using HandyBackup.Contracts;
using HandyBackup.Sources;
using HandyBackup.Testing;

namespace HandyBackup.Agent.Core.Tests.State;

public class StateSafetyTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Lost_tree_of_an_unchanged_folder_is_read_and_stored_again(bool answersLate)
    {
        using StateRig rig = StateRig.WithTree();
        await rig.RunAsync();
        BlobId tree = rig.Trees("a/b/c")[0];
        Assert.True(rig.Backup.Blobs.Remove(tree, BlobType.Tree));
        if (answersLate)
        {
            rig.Backup.Blobs.BeforeAnswer = async _ => await Task.Yield();
        }

        BackupOutcome second = await rig.RunAsync();
        Assert.Equal("a/b/c", Assert.Single(rig.Backup.Observer.Issues).Path);
        Assert.Equal((2, 1), (rig.Backup.Session.Opened, rig.Backup.Blobs.TreePuts));
        Assert.Equal(2, second.Totals.NewFiles);
        rig.Backup.AssertSnapshotIsSource();
        await rig.RunAndCompareAsync();
        Assert.Equal(0, rig.Backup.Session.Opened);
    }

    [Fact]
    public async Task Lost_top_tree_makes_the_backup_a_first_one()
    {
        using StateRig rig = StateRig.WithTree();
        BackupOutcome first = await rig.RunAsync();
        rig.Backup.Blobs.Remove(first.RootTree, BlobType.Tree);
        BackupOutcome second = await rig.RunAsync();
        Assert.Equal((6, first.RootTree), (rig.Backup.Session.Opened, second.RootTree));
        rig.Backup.AssertSnapshotIsSource();
    }

    [Theory]
    [InlineData("a/b", "a/b/c/two", 2L)]
    [InlineData("a/b", "a/b/large", 2L)]
    [InlineData("", "zero", 1L)]
    public async Task Items_passed_before_the_tree_turned_out_to_be_damaged_are_read_again_and_counted_once(string folder, string changed, long newFiles)
    {
        using StateRig rig = StateRig.WithTree();
        rig.Tree.AddFile("a/b/a-file", "first");
        rig.Tree.AddFile("1", "first of all");
        await rig.RunAsync();
        BackupOutcome first = rig.Backup.Last!;
        rig.Backup.Blobs.Damage(rig.Trees(folder)[0], BlobType.Tree);
        rig.Tree.Write(changed, "CHANGED"u8.ToArray());
        BackupOutcome second = await rig.RunAsync();

        Assert.Equal(folder, Assert.Single(rig.Backup.Observer.Issues).Path);
        rig.Backup.AssertSnapshotIsSource();
        Assert.Equal(first.Totals.Items, second.Totals.Items);
        Assert.Equal(8, second.Totals.NewFiles + second.Totals.ChangedFiles + second.Totals.UnchangedFiles);
        Assert.True(second.Totals.NewFiles >= newFiles, $"{second.Totals.NewFiles} new files");
        long bytes = AllFiles(rig.Tree.Root).Sum(file => (long)file.Content.Length);
        Assert.Equal(bytes, second.Totals.Bytes);
        rig.Backup.AssertNothingLeft();
        await rig.RunAndCompareAsync();
    }

    [Theory]
    [InlineData("another snapshot")]
    [InlineData("another repair epoch")]
    [InlineData("another task")]
    [InlineData("another repository")]
    [InlineData("another selection")]
    [InlineData("full")]
    [InlineData("no state ordered")]
    public async Task State_that_does_not_fit_the_order_is_not_used(string what)
    {
        using StateRig rig = StateRig.WithTree();
        BackupOutcome first = await rig.RunAsync();
        BackupOrder order = rig.Backup.Order;
        AgentStateKey key = order.State!;
        switch (what)
        {
            case "another snapshot":
                rig.Backup.Order = order with { State = null };
                rig.Tree.AddFile("new", "new");
                await rig.RunAsync();
                rig.Backup.Order = order;
                break;
            case "another repair epoch":
                rig.Backup.Order = order with { State = key with { RepairEpoch = Guid.NewGuid() } };
                break;
            case "another task":
                rig.Backup.Order = order with { State = key with { Task = Guid.NewGuid() } };
                break;
            case "another repository":
                rig.Backup.Order = order with { State = key with { Repository = "other" } };
                break;
            case "another selection":
                rig.Backup.Order = order with { Selection = order.Selection with { Options = new Dictionary<string, JsonElement> { ["Exclude"] = JsonSerializer.SerializeToElement("x") } } };
                break;
            case "no state ordered":
                rig.Backup.Order = order with { State = null };
                break;
            default:
                break;
        }

        bool full = what == "full";
        await rig.RunAsync(full);
        Assert.Equal(7, rig.Fetched.Count);
        Assert.Equal(full ? 6 : 0, rig.Backup.Session.Opened);
        rig.Backup.AssertSnapshotIsSource();
        Assert.Equal(what == "another snapshot", first.RootTree != rig.Backup.Last!.RootTree);

        await rig.RunAsync();
        Assert.Equal(what == "no state ordered", rig.Fetched.Count > 0);
    }

    [Fact]
    public async Task After_a_repair_lost_content_is_read_again()
    {
        using StateRig rig = StateRig.WithTree();
        await rig.RunAsync();
        Assert.True(rig.Backup.Blobs.Remove(rig.Backup.Node("a/b/large").Content![^1], BlobType.Data));
        rig.Backup.Order = rig.Backup.Order with { State = rig.Backup.Order.State! with { RepairEpoch = Guid.NewGuid() } };
        await rig.RunAsync();
        Assert.Equal((1, 1), (rig.Backup.Session.Opened, rig.Backup.Blobs.DataPuts));
        rig.Backup.AssertSnapshotIsSource();
    }

    [Theory]
    [InlineData(MemoryFault.Unreadable)]
    [InlineData(MemoryFault.Vanishes)]
    [InlineData(MemoryFault.FailsMidway)]
    public async Task File_that_failed_is_read_again_by_the_next_run(MemoryFault fault)
    {
        using StateRig rig = StateRig.WithTree();
        rig.Tree.Get("a/b/c/one").Fault = fault;
        await rig.RunAsync();
        await rig.RunAsync();
        Assert.Equal(("a/b/c/one", 1), (Assert.Single(rig.Backup.Observer.Issues).Path, rig.Backup.Session.Opened));

        rig.Tree.Get("a/b/c/one").Fault = MemoryFault.None;
        await rig.RunAsync();
        Assert.Equal(1, rig.Backup.Session.Opened);
        rig.Backup.AssertSnapshotIsSource();
        await rig.RunAsync();
        Assert.Empty(rig.Fetched);
    }

    [Fact]
    public async Task File_that_changed_while_it_was_read_is_read_again_by_the_next_run()
    {
        using StateRig rig = StateRig.WithTree();
        MemoryItem file = rig.Tree.Get("a/b/c/one");
        rig.Backup.Source.BeforeRead = (item, _) =>
        {
            if (item == file && file.Fault == MemoryFault.None)
            {
                file.Fault = MemoryFault.ChangesWhileRead;
                rig.Tree.Touch(file);
            }

            return ValueTask.CompletedTask;
        };
        await rig.RunAsync();
        Assert.Equal(ErrorCode.ItemChanged, Assert.Single(rig.Backup.Observer.Issues).Code);
        file.Fault = MemoryFault.None;
        rig.Backup.Source.BeforeRead = null;
        await rig.RunAsync();
        Assert.Equal(1, rig.Backup.Session.Opened);
        await rig.RunAsync();
        Assert.Empty(rig.Fetched);
    }

    [Theory]
    [InlineData(MemoryFault.CannotBeListed)]
    [InlineData(MemoryFault.FailsMidway)]
    [InlineData(MemoryFault.Vanishes)]
    public async Task Folder_that_could_not_be_listed_is_listed_again_and_reported_again(MemoryFault fault)
    {
        using StateRig rig = StateRig.WithTree();
        await rig.RunAsync();
        rig.Tree.Get("a/b").Fault = fault;
        await rig.RunAndCompareAsync();
        await rig.RunAndCompareAsync();
        Assert.Equal("a/b", Assert.Single(rig.Backup.Observer.Issues).Path);
        rig.Tree.Get("a/b").Fault = MemoryFault.None;
        await rig.RunAndCompareAsync();
        rig.Backup.AssertSnapshotIsSource();
        await rig.RunAsync();
        Assert.Empty(rig.Fetched);
    }

    [Fact]
    public async Task Every_damaged_byte_of_the_file_costs_speed_only()
    {
        using StateRig rig = StateRig.WithTree();
        BackupOutcome first = await rig.RunAsync();
        byte[] sound = await File.ReadAllBytesAsync(rig.StateFile, TestContext.Current.CancellationToken);
        string path = rig.StateFile;
        for (int i = 0; i < sound.Length; i++)
        {
            byte[] damaged = [.. sound];
            damaged[i] ^= (byte)(1 << (i % 8));
            await File.WriteAllBytesAsync(path, damaged, TestContext.Current.CancellationToken);
            rig.LogLines.Clear();
            BackupOutcome second = await rig.RunAsync();
            Assert.Equal(first.RootTree, second.RootTree);
            Assert.Equal(first.Totals.Items, second.Totals.Items);
            Assert.NotEmpty(rig.Fetched);
            Assert.Contains("state file", Assert.Single(rig.LogLines), StringComparison.Ordinal);
            Assert.Equal(0, rig.Backup.Session.Opened);
        }
    }

    [Fact]
    public async Task Run_that_fails_or_is_stopped_leaves_the_old_state()
    {
        using StateRig rig = StateRig.WithTree();
        BackupOutcome first = await rig.RunAsync();
        byte[] state = await File.ReadAllBytesAsync(rig.StateFile, TestContext.Current.CancellationToken);
        rig.Tree.AddFile("a/b/c/new", "new");
        using var stop = new CancellationTokenSource();
        rig.Backup.Source.BeforeRead = (_, _) =>
        {
            stop.Cancel();
            return ValueTask.CompletedTask;
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => rig.Backup.RunUntilAsync(full: false, stop.Token));
        Assert.Equal(state, await File.ReadAllBytesAsync(rig.StateFile, TestContext.Current.CancellationToken));

        rig.Backup.Source.BeforeRead = null;
        rig.Tree.Get("x/z").Fault = MemoryFault.SourceLost;
        await Assert.ThrowsAsync<SourceException>(() => rig.RunAsync());
        Assert.Equal(state, await File.ReadAllBytesAsync(rig.StateFile, TestContext.Current.CancellationToken));

        rig.Tree.Get("x/z").Fault = MemoryFault.None;
        rig.Tree.Remove("a/b/c/new");
        Assert.Equal(first.RootTree, (await rig.RunAsync()).RootTree);
        Assert.Empty(rig.Fetched);
    }

    [Fact]
    public async Task What_a_killed_run_left_is_removed_but_not_what_another_one_is_writing()
    {
        using StateRig rig = StateRig.WithTree();
        await rig.RunAsync();
        string left = Path.Join(rig.Folder, "left.new");
        await File.WriteAllTextAsync(left, "half", TestContext.Current.CancellationToken);
        string written = Path.Join(rig.Folder, "written.new");
        using (File.OpenHandle(written, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None))
        {
            await rig.RunAsync();
            Assert.Equal((false, true), (File.Exists(left), File.Exists(written)));
        }

        await rig.RunAsync();
        Assert.False(File.Exists(written));
        Assert.Empty(rig.Fetched);
    }

    [Fact]
    public async Task Folder_that_cannot_be_written_costs_speed_only()
    {
        using StateRig rig = StateRig.WithTree();
        await File.WriteAllTextAsync(rig.Folder, "in the way", TestContext.Current.CancellationToken);
        await rig.RunAsync();
        Assert.Contains("cannot be used", Assert.Single(rig.LogLines), StringComparison.Ordinal);
        rig.Tree.AddFile("new", "new");
        await rig.RunAsync();
        rig.Backup.AssertSnapshotIsSource();
    }

    [Fact]
    public async Task Files_belong_to_the_owner_only_and_their_names_tell_nothing()
    {
        using StateRig rig = StateRig.WithTree();
        await rig.RunAsync();
        Assert.Matches("^[0-9a-f]{64}[.]state$", Path.GetFileName(rig.StateFile));
        if (OperatingSystem.IsWindows())
        {
            // Windows has no such modes: files inherit the rights of the data path.
            return;
        }

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(rig.StateFile));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(rig.Folder));
    }

    [Fact]
    public async Task Files_that_no_run_used_for_long_are_removed()
    {
        using StateRig rig = StateRig.WithTree();
        await rig.RunAsync();
        DateTime now = TimeProvider.System.GetUtcNow().UtcDateTime;
        string forgotten = Path.Join(rig.Folder, "forgotten.state");
        await File.WriteAllTextAsync(forgotten, "old", TestContext.Current.CancellationToken);
        File.SetLastWriteTimeUtc(forgotten, now.AddDays(-201));
        File.SetLastWriteTimeUtc(Directory.GetFiles(rig.Folder).Single(path => path != forgotten), now.AddDays(-199));
        await rig.RunAsync();
        Assert.False(File.Exists(forgotten));
        Assert.True(now - File.GetLastWriteTimeUtc(rig.StateFile) < TimeSpan.FromDays(1));
        Assert.Empty(rig.Fetched);
    }

    private static IEnumerable<MemoryItem> AllFiles(MemoryItem folder) =>
        folder.Children.Values.SelectMany(item => item.Kind == SourceItemKind.Folder ? AllFiles(item) : [item]);
}
