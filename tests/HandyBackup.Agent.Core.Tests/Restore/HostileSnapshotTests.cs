using System.Text;
using HandyBackup.Contracts;

namespace HandyBackup.Agent.Core.Tests.Restore;

public class HostileSnapshotTests
{
    [Theory]
    [InlineData("..", ErrorCode.DestinationEscapes)]
    [InlineData(".", ErrorCode.DestinationEscapes)]
    [InlineData("../../etc/passwd", ErrorCode.DestinationEscapes)]
    [InlineData("/etc/passwd", ErrorCode.DestinationEscapes)]
    [InlineData("a\\x00b", ErrorCode.TreeDamaged)]
    [InlineData("", ErrorCode.TreeDamaged)]
    public async Task A_name_that_leads_elsewhere_is_refused(string name, ErrorCode code)
    {
        var rig = new RestoreRig();
        BlobId inside = rig.AddTree(rig.File("deep", "x"));
        rig.Use(rig.AddTree(rig.File(name, "evil"), RestoreRig.Folder("z", rig.AddTree(RestoreRig.Folder(name, inside))), rig.File("zz", "good")));

        List<RestorePlanItem> plan = await rig.PlanAsync();
        await rig.RestoreAsync();

        Assert.Equal([code, code], rig.Observer.Issues.Select(issue => issue.Code));
        Assert.Equal([RestoreAction.Refuse, RestoreAction.Create, RestoreAction.Refuse, RestoreAction.Create], plan.Select(item => item.Action));
        Assert.Equal(["out"], rig.Restored.Root.Children.Values.Select(item => ItemName.ToText(item.Name)));
        Assert.Equal(["z", "zz"], rig.Restored.Get("out").Children.Values.Select(item => ItemName.ToText(item.Name)));
        Assert.Empty(rig.Restored.Get("out/z").Children);
    }

    [Fact]
    public async Task Names_that_stand_twice_or_out_of_order_are_refused()
    {
        var rig = new RestoreRig();
        rig.Use(rig.AddTree(rig.File("b", "first"), rig.File("b", "second"), rig.File("a", "late"), rig.File("b", "third"), rig.File("c", "good")));
        await rig.RestoreAsync();
        rig.AssertIssues(("a", ErrorCode.TreeDamaged), ("b", ErrorCode.TreeDamaged), ("b", ErrorCode.TreeDamaged));
        Assert.Equal("first"u8.ToArray(), rig.Restored.Get("out/b").Content.ToArray());
        Assert.Equal(2, rig.Restored.Get("out").Children.Count);
    }

    [Fact]
    public async Task Nothing_is_written_through_a_link_of_the_same_snapshot()
    {
        // A link and a folder of one name: the second must not be written through the first.
        var rig = new RestoreRig();
        rig.Restored.AddFolder("elsewhere");
        var link = new TreeNode { Name = "x"u8.ToArray(), Type = NodeType.SymbolicLink, LinkTarget = "../elsewhere"u8.ToArray() };
        rig.Use(rig.AddTree(link, RestoreRig.Folder("x", rig.AddTree(rig.File("evil", "evil")))));
        await rig.RestoreAsync();
        Assert.Empty(rig.Restored.Get("elsewhere").Children);
        rig.AssertIssues(("x", ErrorCode.TreeDamaged));
    }

    [Theory]
    [InlineData(3, 1)]
    [InlineData(5, 1)]
    [InlineData(8, 2)]
    [InlineData(0, 1)]
    [InlineData(ulong.MaxValue, 1)]
    [InlineData(1_000_000_000_000, 1)]
    public async Task A_size_that_is_not_the_contents_is_refused(ulong size, int blobs)
    {
        var rig = new RestoreRig();
        TreeNode honest = rig.File("x", "1234");
        var liar = new TreeNode { Name = honest.Name, Type = NodeType.File, Size = size, Content = [.. Enumerable.Repeat(honest.Content![0], blobs + (blobs == 2 ? 1 : 0))] };
        rig.Use(rig.AddTree(liar, rig.File("y", "good")));
        await rig.RestoreAsync();
        rig.AssertIssues(("x", ErrorCode.TreeDamaged));
        rig.AssertNothingLeft();
        Assert.Equal("good"u8.ToArray(), Assert.Single(rig.Restored.Get("out").Children.Values).Content.ToArray());
    }

    [Fact]
    public async Task A_size_without_content_is_refused()
    {
        var rig = new RestoreRig();
        rig.Use(rig.AddTree(new TreeNode { Name = "x"u8.ToArray(), Type = NodeType.File, Size = 5 }, RestoreRig.Folder("y", null), new TreeNode { Name = "z"u8.ToArray(), Type = NodeType.Irregular }));
        await rig.RestoreAsync();
        rig.AssertIssues(("x", ErrorCode.TreeDamaged), ("y", ErrorCode.TreeDamaged), ("z", ErrorCode.ItemUnsupported));
        Assert.Empty(rig.Restored.Describe("out"));
    }

    [Fact]
    public async Task A_tree_that_breaks_off_is_restored_as_far_as_it_goes()
    {
        var rig = new RestoreRig();
        string sound = Encoding.UTF8.GetString(rig.Blobs.Get(rig.AddTree(rig.File("a", "x")), BlobType.Tree));
        BlobId broken = rig.Blobs.Add(Encoding.UTF8.GetBytes(sound.Replace("]}\n", ",{\"name\":", StringComparison.Ordinal)), BlobType.Tree);
        rig.Use(rig.AddTree(RestoreRig.Folder("broken", broken), rig.File("c", "good")));
        await rig.RestoreAsync();
        rig.AssertIssues(("broken", ErrorCode.TreeDamaged));
        Assert.NotNull(rig.Restored.Find("out/broken/a"));
        Assert.NotNull(rig.Restored.Find("out/c"));
        rig.AssertNothingLeft();
    }

    [Fact]
    public async Task Two_hundred_folders_inside_each_other_come_back()
    {
        var rig = new RestoreRig();
        BlobId tree = rig.AddTree(rig.File("end", "x"));
        for (int i = 0; i < 200; i++)
        {
            tree = rig.AddTree(RestoreRig.Folder(new string('n', 200), tree));
        }

        rig.Use(tree);
        RestoreOutcome outcome = await rig.RestoreAsync();
        rig.AssertIssues();
        Assert.Equal(201, outcome.Totals.Items);
    }
}
