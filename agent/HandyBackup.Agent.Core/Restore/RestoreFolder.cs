using HandyBackup.Contracts;
using HandyBackup.Sources;

namespace HandyBackup.Agent.Core.Restore;

/// <summary>
/// A folder on its way into the target. It is finished when the walk has left it and all that goes into it is done: files end long after the
/// walk passed them, and whatever is written into a folder alters its times.
/// </summary>
internal sealed class RestoreFolder
{
    // The walk counts as one until it leaves.
    private int _pending = 1;

    /// <summary>The folder above; null for the destination itself.</summary>
    public RestoreFolder? Parent { get; private init; }

    /// <summary>What is created; null for the destination itself.</summary>
    public SourceItem? Item { get; private init; }

    /// <summary>Where its metadata come from; null for the destination, and for a folder that only leads to a selection.</summary>
    public TreeNode? Node { get; private init; }

    /// <summary>True if nothing exists at its place, so that nothing needs to be looked for in it.</summary>
    public bool IsNew { get; private init; }

    /// <summary>How many folders lie above it.</summary>
    public int Depth { get; private init; }

    /// <summary>Set when the target did not take the folder: then its content is left out.</summary>
    public bool IsRefused { get; set; }

    /// <summary>The destination itself, which is not finished.</summary>
    public static RestoreFolder ForDestination() => new();

    /// <summary>A folder in this one.</summary>
    public RestoreFolder Add(SourceItem item, TreeNode? node, bool isNew) =>
        new() { Parent = this, Item = item, Node = node, IsNew = isNew, Depth = Depth + 1 };

    /// <summary>Something that goes into the folder is under way.</summary>
    public void Enter() => Interlocked.Increment(ref _pending);

    /// <summary>It is done, or given up.</summary>
    /// <returns>True if nothing is under way any more: the caller must finish the folder.</returns>
    public bool Leave() => Interlocked.Decrement(ref _pending) == 0;
}
