using HandyBackup.Contracts;

namespace HandyBackup.Agent.Core.Backup;

/// <summary>
/// One folder of the previous snapshot, passed through in step with the listing of the same folder today. While it is, the trees of
/// the next sub-folders are fetched already, so that a distant repository is not waited for folder by folder. For one thread at a time.
/// </summary>
internal sealed class PreviousFolder : IDisposable
{
    // Of so many sub-folders the trees are fetched ahead, and so many nodes at most are held for it.
    private const int MostSubfoldersAhead = 8;
    private const int MostNodesAhead = 1024;

    private readonly PreviousTrees _trees;
    private readonly IEnumerator<TreeNode> _nodes;
    private readonly Queue<Entry> _ahead = new();
    private int _subfoldersAhead;
    private bool _isAtEnd;

    public PreviousFolder(PreviousTrees trees, ReadOnlyMemory<byte> tree)
    {
        _trees = trees;
        _nodes = TreeReader.Read(tree).GetEnumerator();
    }

    /// <summary>
    /// Finds a node by name. Names must be asked for in the order of their bytes.
    /// </summary>
    /// <returns>The node, and for a folder its content on the way; nothing if there was none.</returns>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.TreeDamaged"/>.</exception>
    public (TreeNode? Node, Task<PreviousFolder?>? Subfolder) Find(ReadOnlySpan<byte> name)
    {
        LookAhead();
        while (_ahead.TryPeek(out Entry entry))
        {
            int order = entry.Node.Name.Span.SequenceCompareTo(name);
            if (order > 0)
            {
                break;
            }

            _ahead.Dequeue();
            _subfoldersAhead -= entry.Subfolder is null ? 0 : 1;
            if (order == 0)
            {
                return (entry.Node, entry.Subfolder);
            }

            LookAhead();
        }

        return (null, null);
    }

    /// <inheritdoc/>
    public void Dispose() => _nodes.Dispose();

    private void LookAhead()
    {
        while (!_isAtEnd && _subfoldersAhead < MostSubfoldersAhead && _ahead.Count < MostNodesAhead)
        {
            if (!_nodes.MoveNext())
            {
                _isAtEnd = true;
                return;
            }

            TreeNode node = _nodes.Current;
            Task<PreviousFolder?>? subfolder = null;
            if (node is { Type: NodeType.Folder, Subtree: { } subtree })
            {
                subfolder = _trees.OpenAsync(subtree, node.Name);
                _subfoldersAhead++;
            }

            _ahead.Enqueue(new Entry(node, subfolder));
        }
    }

    private readonly record struct Entry(TreeNode Node, Task<PreviousFolder?>? Subfolder);
}
