using System.Runtime.CompilerServices;
using HandyBackup.Contracts;

namespace HandyBackup.Repository;

/// <summary>
/// Compares two trees by walking both at once. Equal subtrees are not read. In memory are only the two trees of each folder on the way down.
/// </summary>
/// <param name="reader">Reads the trees; both snapshots may lie in one repository or in two.</param>
/// <param name="differenceReader">Reads the trees of the difference.</param>
public sealed class TreeComparison(BlobReader reader, BlobReader differenceReader)
{
    /// <summary>Lists what differs: folders before their content, names in the order of their bytes.</summary>
    /// <param name="reference">The item that is the base; null if there is none, and everything was added.</param>
    /// <param name="difference">The item compared with it; null if there is none, and everything was removed.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="HandyBackupException">A tree cannot be read.</exception>
    public async IAsyncEnumerable<NodeDifference> RunAsync(FoundNode? reference, FoundNode? difference, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string parent = (reference ?? difference)?.ParentPath ?? "";
        if (Judge(parent, reference?.Node, difference?.Node) is { } own)
        {
            yield return own;
        }

        var open = new Stack<FolderPair>();
        try
        {
            if (reference?.Tree != difference?.Tree)
            {
                open.Push(await OpenAsync((reference ?? difference)!.Path, reference?.Tree, difference?.Tree, cancellationToken));
            }

            while (open.TryPeek(out FolderPair? folder))
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (!folder.MoveNext(out TreeNode? left, out TreeNode? right))
                {
                    open.Pop().Dispose();
                    continue;
                }

                if (Judge(folder.Path, left, right) is { } found)
                {
                    yield return found;
                }

                BlobId? leftTree = left is { Type: NodeType.Folder } ? left.Subtree : null;
                BlobId? rightTree = right is { Type: NodeType.Folder } ? right.Subtree : null;
                if (leftTree != rightTree)
                {
                    string path = ItemFactory.Join(folder.Path, ItemName.ToText((left ?? right)!.Name.Span));
                    open.Push(await OpenAsync(path, leftTree, rightTree, cancellationToken));
                }
            }
        }
        finally
        {
            foreach (FolderPair folder in open)
            {
                folder.Dispose();
            }
        }
    }

    private static NodeDifference? Judge(string parentPath, TreeNode? reference, TreeNode? difference)
    {
        ItemChange? change = (reference, difference) switch
        {
            (null, null) => null,
            (null, _) => ItemChange.Added,
            (_, null) => ItemChange.Removed,
            _ => NodeEquality.Compare(reference, difference),
        };
        return change is { } known ? new NodeDifference(parentPath, known, reference, difference) : null;
    }

    private async Task<FolderPair> OpenAsync(string path, BlobId? reference, BlobId? difference, CancellationToken cancellationToken) =>
        new(path, await ReadAsync(reader, reference, cancellationToken), await ReadAsync(differenceReader, difference, cancellationToken));

    private static async Task<IEnumerable<TreeNode>> ReadAsync(BlobReader from, BlobId? tree, CancellationToken cancellationToken) =>
        tree is { } known ? TreeReader.Read(await from.ReadAsync(known, BlobType.Tree, cancellationToken)) : [];
}
