using HandyBackup.Agent.Core.Trees;
using HandyBackup.Contracts;

namespace HandyBackup.Agent.Core.Restore;

/// <summary>Finds selections in a snapshot, before anything is written: a path that does not exist stops the restore as a whole.</summary>
internal sealed class PartResolver(SnapshotTrees trees, BlobId root)
{
    // The trees of the last path: selections often lie side by side.
    private readonly List<(BlobId Id, ReadOnlyMemory<byte> Text)> _last = [];

    /// <exception cref="HandyBackupException"><see cref="ErrorCode.ItemNotFound"/>, <see cref="ErrorCode.InvalidArgument"/>, or a tree cannot be read.</exception>
    public async Task<ResolvedPart> ResolveAsync(RestorePart part, CancellationToken cancellationToken)
    {
        var nodes = new TreeNode[part.Path.Length];
        BlobId tree = root;
        for (int i = 0; i < nodes.Length; i++)
        {
            TreeNode? node = Find(await LoadAsync(tree, i, cancellationToken), part.Path[i]);
            if (node is null || (i < nodes.Length - 1 && node.Subtree is null))
            {
                throw new HandyBackupException(ErrorCode.ItemNotFound, $"There is no '{part.Selection.Path}' in the snapshot.") { Target = part.Selection.Path };
            }

            nodes[i] = node;
            tree = node.Subtree ?? default;
        }

        TreeNode? last = nodes.Length == 0 ? null : nodes[^1];
        bool isContent = last is null || part.TargetPath.Length == 0;
        if (isContent && last is { Subtree: null })
        {
            throw new HandyBackupException(ErrorCode.InvalidArgument, $"'{part.Selection.Path}' is no folder, so it needs a name at the destination.") { Target = part.Selection.Path };
        }

        return new ResolvedPart
        {
            LeadingNames = Lead(part, nodes, isContent ? part.TargetPath.Length : part.TargetPath.Length - 1),
            Node = isContent ? null : last,
            Name = isContent ? default : part.TargetPath[^1],
            Tree = isContent ? tree : default,
        };
    }

    private static LeadingName[] Lead(RestorePart part, TreeNode[] nodes, int count)
    {
        var names = new LeadingName[count];
        bool isSamePath = true;
        for (int i = 0; i < count; i++)
        {
            isSamePath = isSamePath && i < nodes.Length && part.TargetPath[i].AsSpan().SequenceEqual(part.Path[i]);
            names[i] = new LeadingName(part.TargetPath[i], isSamePath ? nodes[i] : null);
        }

        return names;
    }

    private static TreeNode? Find(ReadOnlyMemory<byte> tree, byte[] name)
    {
        foreach (TreeNode node in TreeReader.Read(tree))
        {
            if (node.Name.Span.SequenceEqual(name))
            {
                return node;
            }
        }

        return null;
    }

    private async ValueTask<ReadOnlyMemory<byte>> LoadAsync(BlobId tree, int level, CancellationToken cancellationToken)
    {
        if (level < _last.Count && _last[level].Id == tree)
        {
            return _last[level].Text;
        }

        _last.RemoveRange(Math.Min(level, _last.Count), Math.Max(0, _last.Count - level));
        ReadOnlyMemory<byte> text = await trees.LoadAsync(tree, cancellationToken);
        _last.Add((tree, text));
        return text;
    }
}
