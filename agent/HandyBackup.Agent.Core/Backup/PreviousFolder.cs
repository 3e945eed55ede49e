using HandyBackup.Agent.Core.State;
using HandyBackup.Contracts;

namespace HandyBackup.Agent.Core.Backup;

/// <summary>
/// One folder of the previous snapshot, passed through in step with the listing of the same folder today. While it is, the trees of
/// the next sub-folders are fetched already, so that a distant repository is not waited for folder by folder; not so where the agent's state knows them,
/// since then most are not needed. For one thread at a time.
/// </summary>
internal sealed class PreviousFolder : IDisposable
{
    // Of so many sub-folders the trees are fetched ahead, and so many nodes at most are held for it.
    private const int MostSubfoldersAhead = 8;
    private const int MostNodesAhead = 1024;

    private readonly PreviousTrees _trees;
    private readonly PreviousFolder? _parent;
    private readonly ReadOnlyMemory<byte> _name;
    private readonly IEnumerator<TreeNode> _nodes;
    private readonly bool _fetchAhead;
    private readonly Queue<PreviousItem> _ahead = new();
    private int _subfoldersAhead;
    private bool _isAtEnd;

    public PreviousFolder(PreviousTrees trees, ReadOnlyMemory<byte> tree, PreviousFolder? parent, ReadOnlyMemory<byte> name, bool fetchAhead)
    {
        _trees = trees;
        _fetchAhead = fetchAhead;
        _parent = parent;
        _name = name;
        _nodes = TreeReader.Read(tree).GetEnumerator();
    }

    /// <summary>The path of a folder in the snapshot.</summary>
    public static byte[] PathOf(PreviousFolder? parent, ReadOnlyMemory<byte> name)
    {
        var names = new Stack<ReadOnlyMemory<byte>>([name]);
        for (PreviousFolder? folder = parent; folder?._parent is not null; folder = folder._parent)
        {
            names.Push(folder._name);
        }

        var path = new List<byte>();
        foreach (ReadOnlyMemory<byte> part in names)
        {
            if (path.Count > 0)
            {
                path.Add((byte)'/');
            }

            path.AddRange(part.Span);
        }

        return [.. path];
    }

    /// <summary>
    /// Finds a node by name. Names must be asked for in the order of their bytes. Once the tree turns out to be damaged, that is reported and
    /// nothing more is found.
    /// </summary>
    /// <returns>The node, and for a folder its content on the way where that is fetched ahead; nothing if there was none.</returns>
    public async ValueTask<PreviousItem> FindAsync(ReadOnlyMemory<byte> name)
    {
        try
        {
            return Find(name.Span);
        }
        catch (HandyBackupException exception) when (PreviousTrees.IsAboutTree(exception))
        {
            _isAtEnd = true;
            await _trees.ReportAsync(exception, PathOf(_parent, _name));
            return default;
        }
    }

    /// <summary>Copies the first nodes into a tree, before anything was asked for. A tree that turns out to be damaged is reported.</summary>
    /// <param name="passed">The same items, as the agent's state has them.</param>
    /// <param name="tree">The tree; left empty where this fails.</param>
    /// <returns>False if the tree is damaged or does not have these nodes.</returns>
    public async ValueTask<bool> TryCopyAsync(StateFolder passed, TreeBuilder tree)
    {
        try
        {
            while (passed.Passed < passed.Count)
            {
                if (!_nodes.MoveNext() || !passed.GoTo(_nodes.Current.Name.Span))
                {
                    tree.Reset();
                    return false;
                }

                tree.Add(_nodes.Current);
                passed.Pass();
            }

            return true;
        }
        catch (HandyBackupException exception) when (PreviousTrees.IsAboutTree(exception))
        {
            tree.Reset();
            _isAtEnd = true;
            await _trees.ReportAsync(exception, PathOf(_parent, _name));
            return false;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _nodes.Dispose();

    private PreviousItem Find(ReadOnlySpan<byte> name)
    {
        LookAhead();
        while (_ahead.TryPeek(out PreviousItem entry))
        {
            int order = entry.Node!.Name.Span.SequenceCompareTo(name);
            if (order > 0)
            {
                break;
            }

            _ahead.Dequeue();
            _subfoldersAhead -= entry.Subfolder is null ? 0 : 1;
            if (order == 0)
            {
                return entry;
            }

            LookAhead();
        }

        return default;
    }

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
            if (_fetchAhead && node is { Type: NodeType.Folder, Subtree: { } subtree })
            {
                subfolder = _trees.OpenAsync(subtree, this, node.Name);
                _subfoldersAhead++;
            }

            _ahead.Enqueue(new PreviousItem(node, subfolder));
        }
    }
}
