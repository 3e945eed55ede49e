using HandyBackup.Contracts;
using HandyBackup.Sources;
using HandyBackup.Testing;

namespace HandyBackup.Agent.Core.Tests.State;

public class UnchangedTests
{
    private static readonly Dictionary<string, Action<MemoryTree>> s_changes = new()
    {
        ["added first"] = tree => tree.AddFile("a/b/0", "new"),
        ["added last"] = tree => tree.AddFile("x/z/last", "new"),
        ["removed"] = tree => tree.Remove("a/b/c/one"),
        ["removed last"] = tree => tree.Remove("a/b/large"),
        ["renamed"] = tree =>
        {
            tree.AddFile("a/b/c/three", tree.Get("a/b/c/one").Content);
            tree.Remove("a/b/c/one");
        },
        ["replaced by folder"] = tree =>
        {
            tree.Remove("a/zero");
            tree.AddFile("a/zero/inside", "new");
        },
        ["replaced by file"] = tree =>
        {
            tree.Remove("a/b");
            tree.AddFile("a/b", "new");
        },
        ["emptied"] = tree => tree.Remove("x/y/three"),
        ["new folder"] = tree => tree.AddFile("a/new/file", "new"),
        ["folder touched"] = tree => tree.Touch(tree.Get("a/b")),
        ["mode"] = tree => tree.Get("a/b/c").Mode = 0x1C0,
        ["owner"] = tree => tree.Get("link").UserId = 7,
        ["links"] = tree => tree.Get("a/b/c/one").Links = 7,
        ["device"] = tree =>
        {
            tree.Remove("pipe");
            tree.AddSpecial("pipe", SourceItemKind.BlockDevice, 7);
        },
        ["inode"] = tree => tree.Get("a/zero").Inode = 999,
        ["time unknown"] = tree => (tree.Get("a/zero").Modified, tree.Get("a/zero").Changed) = (null, null),
        ["size unknown"] = tree => tree.Get("a/zero").IsSizeKnown = false,
        ["top emptied"] = tree => tree.Root.Children.Clear(),
        ["unsupported"] = tree => tree.AddSpecial("a/b/c/other", SourceItemKind.Other),
        ["same size and times, other content"] = tree => tree.Get("a/b/c/two").Content = "TWO"u8.ToArray(),
    };

    public static IEnumerable<TheoryDataRow<string>> Changes() => s_changes.Keys.Select(name => new TheoryDataRow<string>(name));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Unchanged_tree_is_neither_fetched_nor_encoded(bool answersLate)
    {
        using StateRig rig = StateRig.WithTree();
        rig.Backup.Source.AnswersLate = answersLate;
        if (answersLate)
        {
            rig.Backup.Blobs.BeforeAnswer = async _ => await Task.Yield();
        }

        BackupOutcome first = await rig.RunAsync();
        byte[] state = await File.ReadAllBytesAsync(rig.StateFile, TestContext.Current.CancellationToken);
        BackupOutcome second = await rig.RunAsync();

        Assert.Equal(first.RootTree, second.RootTree);
        Assert.Empty(rig.Fetched);
        Assert.Equal((0, 0), (rig.Backup.Session.Opened, rig.Backup.Session.Detailed));

        // The seven trees, each once; an encoded one would be asked for by itself, like the content of files.
        Assert.Equal((7, 5), (rig.Backup.Blobs.IdsAsked, rig.Backup.Blobs.FindCalls));
        Assert.Equal(0, rig.Backup.Blobs.TreePuts + rig.Backup.Blobs.DataPuts);
        Assert.Equal(state, await File.ReadAllBytesAsync(rig.StateFile, TestContext.Current.CancellationToken));
        Assert.Equal(first.Totals with { NewFiles = 0, UnchangedFiles = first.Totals.NewFiles, NewBytes = 0 }, second.Totals);
        Assert.Empty(rig.LogLines);
        await rig.RunAndCompareAsync();
    }

    [Fact]
    public async Task Many_folders_are_asked_for_in_few_calls()
    {
        using var rig = new StateRig();
        for (int i = 0; i < 3_000; i++)
        {
            rig.Tree.AddFile($"f{i}/file", $"content {i}");
        }

        await rig.RunAsync();
        await rig.RunAsync();
        Assert.Equal((3_001, 4), (rig.Backup.Blobs.IdsAsked, rig.Backup.Blobs.FindCalls));
        Assert.Empty(rig.Fetched);
    }

    [Fact]
    public async Task Changed_file_costs_its_folders_only()
    {
        using StateRig rig = StateRig.WithTree();
        await rig.RunAsync();
        BlobId[] trees = rig.Trees("", "a", "a/b", "a/b/c");
        rig.Tree.Write("a/b/c/two", "changed"u8.ToArray());
        BackupOutcome second = await rig.RunAsync();

        Assert.Equal(trees, rig.Fetched);
        Assert.Equal((1, 1, 4), (rig.Backup.Session.Opened, rig.Backup.Blobs.DataPuts, rig.Backup.Blobs.TreePuts));
        Assert.Equal((0L, 1L, 5L), (second.Totals.NewFiles, second.Totals.ChangedFiles, second.Totals.UnchangedFiles));
        rig.Backup.AssertSnapshotIsSource();

        await rig.RunAsync();
        Assert.Empty(rig.Fetched);
        Assert.Equal(0, rig.Backup.Session.Opened);
    }

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task Snapshot_is_the_same_as_without_state(string change)
    {
        using StateRig rig = StateRig.WithTree();
        await rig.RunAsync();
        s_changes[change](rig.Tree);
        await rig.RunAndCompareAsync();

        // A change that nothing shows is not seen; a source's unknown times are none in a snapshot.
        if (change is not ("same size and times, other content" or "unsupported" or "time unknown"))
        {
            rig.Backup.AssertSnapshotIsSource();
        }

        await rig.RunAndCompareAsync();
        Assert.Empty(rig.LogLines);
    }
}
