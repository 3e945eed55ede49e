using HandyBackup.Contracts;

namespace HandyBackup.Repository;

/// <summary>One folder in two snapshots, walked side by side by name. Trees keep their nodes in the order of the names' bytes.</summary>
internal sealed class FolderPair : IDisposable
{
    private readonly IEnumerator<TreeNode> _reference;
    private readonly IEnumerator<TreeNode> _difference;
    private TreeNode? _left;
    private TreeNode? _right;

    /// <summary>Starts before the first names.</summary>
    public FolderPair(string path, IEnumerable<TreeNode> reference, IEnumerable<TreeNode> difference)
    {
        Path = path;
        _reference = reference.GetEnumerator();
        _difference = difference.GetEnumerator();
        _left = Next(_reference);
        _right = Next(_difference);
    }

    /// <summary>The folder's path; empty for the root.</summary>
    public string Path { get; }

    /// <summary>Gives the next name: what it is on either side, null where it is missing.</summary>
    /// <returns>False if there are no more.</returns>
    public bool MoveNext(out TreeNode? reference, out TreeNode? difference)
    {
        int order = (_left, _right) switch
        {
            (null, null) => 0,
            (null, _) => 1,
            (_, null) => -1,
            _ => _left.Name.Span.SequenceCompareTo(_right.Name.Span),
        };
        reference = order <= 0 ? _left : null;
        difference = order >= 0 ? _right : null;
        _left = order <= 0 ? Next(_reference) : _left;
        _right = order >= 0 ? Next(_difference) : _right;
        return reference is not null || difference is not null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _reference.Dispose();
        _difference.Dispose();
    }

    private static TreeNode? Next(IEnumerator<TreeNode> nodes) => nodes.MoveNext() ? nodes.Current : null;
}
