namespace HandyBackup.Sources.Files.Sessions;

/// <summary>The paths that were asked for, as a tree of names. A path inside another one that was asked for too is not kept apart.</summary>
internal sealed class RootNode
{
    private readonly SortedDictionary<byte[], RootNode> _children = new(Comparer<byte[]>.Create((x, y) => x.AsSpan().SequenceCompareTo(y)));

    /// <summary>True if this was asked for with all that it contains; otherwise it only leads to what was.</summary>
    public bool IsRoot { get; private set; }

    public bool IsEmpty => !IsRoot && _children.Count == 0;

    /// <summary>The names below, in order.</summary>
    public IEnumerable<byte[]> Names => _children.Keys;

    /// <summary>True if the tree path was asked for by itself, not only as a part of another one.</summary>
    public bool Has(ReadOnlySpan<byte> treePath)
    {
        RootNode? node = this;
        foreach (Range part in treePath.Split((byte)'/'))
        {
            node = treePath.IsEmpty ? node : node?.Find(treePath[part]);
        }

        return node is { IsRoot: true };
    }

    public RootNode? Find(ReadOnlySpan<byte> name) => _children.GetValueOrDefault(name.ToArray());

    /// <summary>Adds a tree path.</summary>
    public void Add(ReadOnlySpan<byte> treePath)
    {
        RootNode node = this;
        foreach (Range part in treePath.Split((byte)'/'))
        {
            if (node.IsRoot)
            {
                return;
            }

            if (treePath.IsEmpty)
            {
                break;
            }

            byte[] name = treePath[part].ToArray();
            if (!node._children.TryGetValue(name, out RootNode? child))
            {
                child = new RootNode();
                node._children.Add(name, child);
            }

            node = child;
        }

        node.IsRoot = true;
        node._children.Clear();
    }
}
