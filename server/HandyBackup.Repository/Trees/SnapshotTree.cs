using System.Runtime.CompilerServices;
using HandyBackup.Contracts;

namespace HandyBackup.Repository;

/// <summary>The items of one snapshot. Trees are read one at a time, as they are asked for. Safe to share between threads.</summary>
/// <param name="reader">Reads the trees.</param>
/// <param name="root">The root tree.</param>
public sealed class SnapshotTree(BlobReader reader, BlobId root)
{
    /// <summary>Finds an item.</summary>
    /// <param name="path">The path, with or without a leading '/'; empty for the root.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.ItemNotFound"/>, or a tree cannot be read.</exception>
    public async Task<FoundNode> FindAsync(string path, CancellationToken cancellationToken) =>
        await TryFindAsync(path, cancellationToken)
        ?? throw new HandyBackupException(ErrorCode.ItemNotFound, $"The snapshot has no item '{path}'.")
        {
            Target = path,
            Advice = "List the folder above it. Names are compared with regard to case.",
        };

    /// <summary>Finds an item, or gives null.</summary>
    /// <inheritdoc cref="FindAsync" path="/param"/>
    /// <exception cref="HandyBackupException">A tree cannot be read.</exception>
    public async Task<FoundNode?> TryFindAsync(string path, CancellationToken cancellationToken)
    {
        var found = new FoundNode(null, "", root);
        foreach (string name in SnapshotPath.Split(path))
        {
            if (found.Tree is not { } tree || FindIn(await ReadAsync(tree, cancellationToken), ItemName.ToBytes(name)) is not { } node)
            {
                return null;
            }

            found = new FoundNode(node, found.Path, node.Type == NodeType.Folder ? node.Subtree : null);
        }

        return found;
    }

    /// <summary>Lists what a folder holds, or the item itself if it is no folder; folders come before their content, names in the order of their bytes.</summary>
    /// <param name="start">Where to begin.</param>
    /// <param name="recurse">True to go into the folders below.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="HandyBackupException">A tree cannot be read.</exception>
    public async IAsyncEnumerable<FoundNode> ListAsync(FoundNode start, bool recurse, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (start.Tree is not { } top)
        {
            yield return start;
            yield break;
        }

        // One open tree for each folder on the way down, and no more.
        var open = new Stack<(IEnumerator<TreeNode> Nodes, string Path)>();
        try
        {
            open.Push((await OpenAsync(top, cancellationToken), start.Path));
            while (open.TryPeek(out (IEnumerator<TreeNode> Nodes, string Path) folder))
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (!folder.Nodes.MoveNext())
                {
                    open.Pop().Nodes.Dispose();
                    continue;
                }

                TreeNode node = folder.Nodes.Current;
                var found = new FoundNode(node, folder.Path, node.Type == NodeType.Folder ? node.Subtree : null);
                yield return found;
                if (recurse && found.Tree is { } below)
                {
                    open.Push((await OpenAsync(below, cancellationToken), found.Path));
                }
            }
        }
        finally
        {
            foreach ((IEnumerator<TreeNode> nodes, _) in open)
            {
                nodes.Dispose();
            }
        }
    }

    private static TreeNode? FindIn(byte[] tree, byte[] name)
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

    private async Task<IEnumerator<TreeNode>> OpenAsync(BlobId tree, CancellationToken cancellationToken) =>
        TreeReader.Read(await ReadAsync(tree, cancellationToken)).GetEnumerator();

    private Task<byte[]> ReadAsync(BlobId tree, CancellationToken cancellationToken) => reader.ReadAsync(tree, BlobType.Tree, cancellationToken);
}
