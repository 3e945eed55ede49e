using FsCheck.Xunit;
using HandyBackup.Agent.Core.Tests.Backup;
using HandyBackup.Contracts;
using HandyBackup.Testing;

namespace HandyBackup.Agent.Core.Tests.Restore;

public class PlanTests
{
    [Property(MaxTest = 60)]
    public async Task The_plan_is_what_the_restore_then_does(int seed)
    {
        var random = new Random(seed);
        var rig = new RestoreRig { Order = new RestoreRig().Order with { Overwrite = (OverwritePolicy)random.Next(4), Destination = "" } };
        RandomChanges.Apply(rig.Tree, random);
        await rig.BackUpAsync();
        RandomChanges.Apply(rig.Restored, random);
        foreach (string path in Paths(rig.Tree, "").Where(path => rig.Restored.Find(path) is not null && random.Next(2) == 0))
        {
            rig.Restored.Get(path).Modified = rig.Tree.Get(path).Modified;
        }

        IReadOnlyList<string> before = rig.Restored.Describe();
        var existed = Paths(rig.Restored, "").ToDictionary(path => path, rig.Restored.Get);
        List<RestorePlanItem> plan = await rig.PlanAsync();
        Assert.Equal(before, rig.Restored.Describe());

        RestoreOutcome outcome = await rig.RestoreAsync();

        Assert.Equal(plan.Sum(item => item.Bytes), outcome.Totals.Bytes);
        Assert.Equal(plan.Count, outcome.Totals.Items);
        Assert.Equal(plan.Count(item => item.Action == RestoreAction.Skip), outcome.Skipped);
        Assert.Equal(
            plan.Where(item => item.Action == RestoreAction.Refuse).Select(item => item.Path).Order(),
            rig.Observer.Issues.Select(issue => issue.Path).Order());
        foreach (RestorePlanItem item in plan)
        {
            AssertDone(rig, item, existed);
        }

        rig.AssertNothingLeft();
    }

    private static void AssertDone(RestoreRig rig, RestorePlanItem item, Dictionary<string, MemoryItem> existed)
    {
        bool wasThere = existed.TryGetValue(item.Path, out MemoryItem? before);
        MemoryItem after = rig.Restored.Get(item.Path);
        switch (item.Action)
        {
            case RestoreAction.Create:
                Assert.False(wasThere && existed.ContainsKey(item.Path) && ReferenceEquals(before, after));
                Assert.Equal(rig.Tree.Get(item.Path).Modified, after.Modified);
                break;
            case RestoreAction.Replace:
                Assert.True(wasThere);
                Assert.NotSame(before, after);
                Assert.True(rig.Tree.Get(item.Path).Content.Span.SequenceEqual(after.Content.Span));
                break;
            case RestoreAction.Merge:
                Assert.Same(before, after);
                Assert.Equal(rig.Tree.Get(item.Path).Modified, after.Modified);
                break;
            default:
                Assert.Same(before, after);
                break;
        }
    }

    private static List<string> Paths(MemoryTree tree, string path)
    {
        var paths = new List<string>();
        foreach (MemoryItem item in tree.Get(path).Children.Values)
        {
            string name = ItemFactory.Join(path, ItemName.ToText(item.Name));
            paths.Add(name);
            paths.AddRange(Paths(tree, name));
        }

        return paths;
    }
}
