using HandyBackup.Contracts;
using HandyBackup.Sources;

namespace HandyBackup.Agent.Core.Tests.Restore;

public class OverwriteTests
{
    [Theory]
    [InlineData(OverwritePolicy.Always, true, true, true, true)]
    [InlineData(OverwritePolicy.IfNewer, true, false, false, false)]
    [InlineData(OverwritePolicy.IfChanged, true, true, false, true)]
    [InlineData(OverwritePolicy.Never, false, false, false, false)]
    public async Task The_policy_decides_about_files_that_exist(OverwritePolicy policy, bool older, bool newer, bool same, bool sameTime)
    {
        var rig = new RestoreRig();
        foreach (string name in (string[])["older", "newer", "same", "same time"])
        {
            rig.Tree.AddFile(name, "12345").Modified = new SourceTime(1000, 500);
        }

        rig.Tree.AddFile("missing", "12345");
        await rig.BackUpAsync();
        Exist("older", "abcde", new SourceTime(1000, 499));
        Exist("newer", "abcde", new SourceTime(1000, 501));
        Exist("same", "abcde", new SourceTime(1000, 500));
        Exist("same time", "abc", new SourceTime(1000, 500));
        rig.Order = rig.Order with { Overwrite = policy };

        List<RestorePlanItem> plan = await rig.PlanAsync();
        RestoreOutcome outcome = await rig.RestoreAsync();

        AssertReplaced("older", older);
        AssertReplaced("newer", newer);
        AssertReplaced("same", same);
        AssertReplaced("same time", sameTime);
        AssertReplaced("missing", true);
        Assert.Equal(plan.Count(item => item.Action == RestoreAction.Skip), outcome.Skipped);
        Assert.Equal(plan.Sum(item => item.Bytes), outcome.Totals.Bytes);
        Assert.Equal(5, outcome.Totals.Items);
        rig.AssertIssues();

        void Exist(string name, string content, SourceTime time) => rig.Restored.AddFile("out/" + name, content).Modified = time;

        void AssertReplaced(string name, bool expected)
        {
            Assert.Equal(expected, "12345"u8.SequenceEqual(rig.Restored.Get("out/" + name).Content.Span));
            Assert.Equal(expected, plan.Single(item => item.Path == name).Action is RestoreAction.Replace or RestoreAction.Create);
        }
    }

    [Fact]
    public async Task Folders_are_merged_and_never_removed()
    {
        var rig = new RestoreRig();
        rig.Tree.AddFile("folder/new", "new");
        rig.Tree.AddFile("file", "a folder is in the way");
        await rig.BackUpAsync();
        rig.Restored.AddFile("out/folder/old", "stays");
        rig.Restored.AddFile("out/file/inside", "stays");

        List<RestorePlanItem> plan = await rig.PlanAsync();
        await rig.RestoreAsync();

        rig.AssertIssues(("file", ErrorCode.ItemNotRestored));
        rig.AssertNothingLeft();
        Assert.NotNull(rig.Restored.Find("out/folder/old"));
        Assert.NotNull(rig.Restored.Find("out/folder/new"));
        Assert.NotNull(rig.Restored.Find("out/file/inside"));
        Assert.Equal(RestoreAction.Refuse, plan[0].Action);
        Assert.Equal(RestoreAction.Merge, plan[1].Action);
        Assert.Equal(rig.Tree.Get("folder").Modified, rig.Restored.Get("out/folder").Modified);
    }

    [Theory]
    [InlineData(OverwritePolicy.Always, RestoreAction.Replace)]
    [InlineData(OverwritePolicy.Never, RestoreAction.Skip)]
    public async Task A_file_in_the_place_of_a_folder_is_replaced_or_kept_with_all_that_would_come_into_it(OverwritePolicy policy, RestoreAction expected)
    {
        var rig = new RestoreRig();
        rig.Tree.AddFile("folder/inside", "new");
        await rig.BackUpAsync();
        rig.Restored.AddFile("out/folder", "old");
        rig.Order = rig.Order with { Overwrite = policy };

        List<RestorePlanItem> plan = await rig.PlanAsync();
        await rig.RestoreAsync();

        Assert.Equal(expected, plan[0].Action);
        Assert.Equal(expected == RestoreAction.Replace ? 2 : 1, plan.Count);
        Assert.Equal(expected == RestoreAction.Replace, rig.Restored.Find("out/folder/inside") is not null);
        rig.AssertIssues();
        rig.AssertNothingLeft();
    }

    [Fact]
    public async Task A_link_in_the_place_of_a_folder_is_refused()
    {
        var rig = new RestoreRig();
        rig.Tree.AddFile("folder/inside", "new");
        await rig.BackUpAsync();
        rig.Restored.AddLink("out/folder", "../elsewhere");

        await rig.RestoreAsync();

        rig.AssertIssues(("folder", ErrorCode.DestinationEscapes));
        Assert.Equal(SourceItemKind.SymbolicLink, rig.Restored.Get("out/folder").Kind);
    }
}
