using HandyBackup.Contracts;

namespace HandyBackup.Agent.Core.Backup;

/// <summary>A place in a folder's tree: a node, or work that makes one, or nothing, because the item is left out.</summary>
internal readonly struct PendingNode
{
    private readonly TreeNode? _node;
    private readonly Task<TreeNode?>? _work;

    public PendingNode(TreeNode? node) => _node = node;

    public PendingNode(Task<TreeNode?> work, FolderFrame? folder = null)
    {
        _work = work;
        Folder = folder;
    }

    /// <summary>The folder that the node is of, if it was walked through.</summary>
    public FolderFrame? Folder { get; }

    /// <summary>True if <see cref="GetAsync"/> does not wait.</summary>
    public bool IsCompleted => _work is null || _work.IsCompleted;

    /// <summary>The node; null if the item is left out.</summary>
    public ValueTask<TreeNode?> GetAsync() => _work is null ? new ValueTask<TreeNode?>(_node) : new ValueTask<TreeNode?>(_work);
}
