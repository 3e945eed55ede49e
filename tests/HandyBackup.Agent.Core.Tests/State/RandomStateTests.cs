using HandyBackup.Agent.Core.Tests.Backup;
using HandyBackup.Testing;

namespace HandyBackup.Agent.Core.Tests.State;

public class RandomStateTests
{
    private static readonly MemoryFault[] s_faults =
        [MemoryFault.Unreadable, MemoryFault.Vanishes, MemoryFault.ChangesWhileRead, MemoryFault.FailsMidway, MemoryFault.CannotBeListed, MemoryFault.DetailsUnreadable];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Random_changes_make_the_same_snapshots_with_and_without_state(int seed)
    {
        var random = new Random(seed);
        using var rig = new StateRig();
        rig.Backup.Source.AnswersLate = random.Next(3) == 0;
        RandomChanges.Apply(rig.Tree, random);
        await rig.RunAsync();
        for (int run = 0; run < 6; run++)
        {
            if (random.Next(4) > 0)
            {
                RandomChanges.Apply(rig.Tree, random);
            }

            List<MemoryItem> failing = random.Next(2) == 0 ? SetFaults(rig.Tree.Root, random) : [];
            await rig.RunAndCompareAsync();
            failing.ForEach(item => item.Fault = MemoryFault.None);
        }

        await rig.RunAndCompareAsync();
        Assert.Empty(rig.LogLines);
    }

    public static IEnumerable<TheoryDataRow<int>> Seeds() => Enumerable.Range(0, 60).Select(seed => new TheoryDataRow<int>(seed));

    private static List<MemoryItem> SetFaults(MemoryItem folder, Random random)
    {
        List<MemoryItem> failing = [];
        foreach (MemoryItem item in folder.Children.Values)
        {
            if (random.Next(8) == 0)
            {
                item.Fault = s_faults[random.Next(s_faults.Length)];
                failing.Add(item);
            }

            failing.AddRange(SetFaults(item, random));
        }

        return failing;
    }
}
