using HandyBackup.Contracts;
using HandyBackup.Sources;

namespace HandyBackup.Testing;

/// <summary>Reads a snapshot back from <see cref="MemoryBlobs"/> in the plainest way there is, to compare it with what was backed up.</summary>
public static class SnapshotContent
{
    /// <summary>All items of a snapshot.</summary>
    /// <exception cref="KeyNotFoundException">A blob is not there.</exception>
    public static MemoryTree Read(MemoryBlobs blobs, BlobId root)
    {
        var tree = new MemoryTree();
        ReadFolder(blobs, root, tree.Root);
        return tree;
    }

    /// <summary>The nodes of one tree.</summary>
    public static IReadOnlyList<TreeNode> Nodes(MemoryBlobs blobs, BlobId tree) => [.. TreeReader.Read(blobs.Get(tree, BlobType.Tree))];

    /// <summary>Finds a node by the path of <see cref="ItemName"/>.</summary>
    public static TreeNode Node(MemoryBlobs blobs, BlobId root, string path)
    {
        TreeNode? node = null;
        foreach (string name in path.Split('/'))
        {
            node = Nodes(blobs, node?.Subtree ?? root).Single(n => n.Name.Span.SequenceEqual(ItemName.ToBytes(name)));
        }

        return node!;
    }

    private static void ReadFolder(MemoryBlobs blobs, BlobId tree, MemoryItem folder)
    {
        foreach (TreeNode node in Nodes(blobs, tree))
        {
            var item = new MemoryItem
            {
                Name = node.Name.ToArray(),
                Kind = KindOf(node.Type),
                Mode = GoFileMode.ToPosix(node.Mode),
                UserId = node.UserId,
                GroupId = node.GroupId,
                Modified = new SourceTime(node.Modified.UnixSeconds, node.Modified.Nanoseconds),
                Changed = new SourceTime(node.Changed.UnixSeconds, node.Changed.Nanoseconds),
                Inode = node.Inode,
                Links = node.Links,
                Device = node.Device,
                Content = ReadContent(blobs, node),
                Details = new SourceItemDetails
                {
                    User = node.User,
                    Group = node.Group,
                    LinkTarget = node.LinkTarget,
                    ExtendedAttributes = node.ExtendedAttributes is null ? null : [.. node.ExtendedAttributes.Select(a => KeyValuePair.Create(a.Name, a.Value ?? []))],
                },
            };
            folder.Children.Add(item.Name, item);
            if (node.Subtree is { } subtree)
            {
                ReadFolder(blobs, subtree, item);
            }
        }
    }

    private static byte[] ReadContent(MemoryBlobs blobs, TreeNode node)
    {
        byte[] content = [.. (node.Content ?? []).SelectMany(id => blobs.Get(id, BlobType.Data))];
        return content.LongLength == (long)node.Size
            ? content
            : throw new InvalidDataException($"'{ItemName.ToText(node.Name.Span)}' has {content.LongLength} bytes of content and a size of {node.Size}.");
    }

    private static SourceItemKind KindOf(NodeType type) => type switch
    {
        NodeType.File => SourceItemKind.File,
        NodeType.Folder => SourceItemKind.Folder,
        NodeType.SymbolicLink => SourceItemKind.SymbolicLink,
        NodeType.BlockDevice => SourceItemKind.BlockDevice,
        NodeType.CharacterDevice => SourceItemKind.CharacterDevice,
        NodeType.Fifo => SourceItemKind.Fifo,
        NodeType.Socket => SourceItemKind.Socket,
        _ => SourceItemKind.Other,
    };
}
