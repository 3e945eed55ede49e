using HandyBackup.Sources;
using HandyBackup.Testing;

namespace HandyBackup.Agent.Core.Tests.Backup;

/// <summary>Adds, alters, renames and removes items at random, the way programs do: whatever changes, changes a time.</summary>
internal static class RandomChanges
{
    public static void Apply(MemoryTree tree, Random random)
    {
        for (int i = 0; i < 30; i++)
        {
            string path = string.Join('/', Enumerable.Range(0, random.Next(1, 5)).Select(_ => random.Next(4) + (random.Next(9) == 0 ? "\\xF0" : "n")));
            if (IsBelowItem(tree, path))
            {
                continue;
            }

            MemoryItem? existing = tree.Find(path);
            switch (random.Next(8))
            {
                case 0 when existing is not null:
                    tree.Remove(path);
                    break;
                case 1 when existing is not null:
                    existing.Mode = (uint)random.Next(0x1000);
                    tree.Touch(existing);
                    break;
                case 2 when existing is { Kind: SourceItemKind.File }:
                    tree.Write(path, Content(random));
                    break;
                case 3 when existing is null:
                    tree.AddLink(path, "target" + i);
                    break;
                case 4 when existing is null:
                    tree.AddSpecial(path, SourceItemKind.CharacterDevice, (ulong)random.Next(1000));
                    break;
                case 5 when existing is null:
                    tree.AddFolder(path);
                    break;
                default:
                    tree.AddFile(path, Content(random)).IsSizeKnown = random.Next(5) > 0;
                    break;
            }
        }
    }

    private static bool IsBelowItem(MemoryTree tree, string path)
    {
        for (int i = path.IndexOf('/', StringComparison.Ordinal); i > 0; i = path.IndexOf('/', i + 1))
        {
            if (tree.Find(path[..i]) is { Kind: not SourceItemKind.Folder })
            {
                return true;
            }
        }

        return false;
    }

    private static byte[] Content(Random random) => BackupRig.Noise(random.Next(20), random.Next(20) == 0 ? 1_500_000 : random.Next(2000));
}
