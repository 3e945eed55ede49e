using HandyBackup.Agent.Core.Trees;
using HandyBackup.Contracts;

namespace HandyBackup.Agent.Core.Restore;

/// <summary>Adds up what a selection holds, from the trees alone, so that progress has an end to aim at.</summary>
internal static class SelectionTotals
{
    /// <summary>The totals; null if a tree cannot be read. Meant to run beside the restore, which reports what is wrong.</summary>
    public static async Task<ItemTotals?> CountAsync(IReadOnlyList<ResolvedPart> parts, SnapshotTrees trees, CancellationToken cancellationToken)
    {
        long items = 0;
        long bytes = 0;
        var folders = new Stack<BlobId>();
        foreach (ResolvedPart part in parts)
        {
            if (part.Node is { } node)
            {
                Count(node);
            }
            else
            {
                folders.Push(part.Tree);
            }

            while (folders.TryPop(out BlobId tree))
            {
                try
                {
                    foreach (TreeNode inside in TreeReader.Read(await trees.LoadAsync(tree, cancellationToken)))
                    {
                        Count(inside);
                    }
                }
                catch (HandyBackupException exception) when (SnapshotTrees.IsAboutBlob(exception))
                {
                    return null;
                }
            }
        }

        return new ItemTotals(items, bytes);

        void Count(TreeNode node)
        {
            items++;
            bytes += node.Type == NodeType.File ? (long)Math.Min(node.Size, long.MaxValue / 2) : 0;
            if (node is { Type: NodeType.Folder, Subtree: { } subtree })
            {
                folders.Push(subtree);
            }
        }
    }
}
