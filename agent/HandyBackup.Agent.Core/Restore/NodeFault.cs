using HandyBackup.Contracts;

namespace HandyBackup.Agent.Core.Restore;

/// <summary>What makes a node unfit for being restored. Snapshots may come from a repository that somebody altered.</summary>
/// <param name="Code">What is wrong.</param>
/// <param name="Reason">Why, in one sentence.</param>
internal sealed record NodeFault(ErrorCode Code, string Reason)
{
    // Deeper than any real folder; an attacker's snapshot could be deeper than memory.
    private const int DeepestFolder = 10_000;

    /// <summary>Judges a node.</summary>
    /// <param name="node">The node.</param>
    /// <param name="name">The name that it would get.</param>
    /// <param name="frame">The folder that it was read from; null if it was selected itself.</param>
    /// <param name="frames">The folders that the walk is in.</param>
    /// <returns>Null if nothing is wrong.</returns>
    public static NodeFault? Find(TreeNode node, ReadOnlySpan<byte> name, WalkFrame? frame, Stack<WalkFrame> frames)
    {
        if (name.SequenceEqual("."u8) || name.SequenceEqual(".."u8) || name.Contains((byte)'/'))
        {
            return new NodeFault(ErrorCode.DestinationEscapes, "Its name would lead out of the folder.");
        }

        if (name.IsEmpty || name.Contains((byte)0))
        {
            return new NodeFault(ErrorCode.TreeDamaged, "Its name is none that an item can have.");
        }

        if (frame is { PreviousName.IsEmpty: false } && name.SequenceCompareTo(frame.PreviousName.Span) <= 0)
        {
            return new NodeFault(ErrorCode.TreeDamaged, "Its name stands twice, or out of order, in the folder's tree.");
        }

        if (node.Size > long.MaxValue)
        {
            return new NodeFault(ErrorCode.TreeDamaged, "Its size is none that a file can have.");
        }

        return node.Type switch
        {
            NodeType.Irregular => new NodeFault(ErrorCode.ItemUnsupported, "It is of a kind that cannot be restored."),
            NodeType.Folder => FindInFolder(node, frames),
            _ => null,
        };
    }

    private static NodeFault? FindInFolder(TreeNode node, Stack<WalkFrame> frames)
    {
        if (node.Subtree is not { } subtree)
        {
            return new NodeFault(ErrorCode.TreeDamaged, "The folder has no tree.");
        }

        if (frames.Count >= DeepestFolder)
        {
            return new NodeFault(ErrorCode.TreeDamaged, "The folder lies too deep.");
        }

        foreach (WalkFrame frame in frames)
        {
            if (frame.Tree == subtree)
            {
                return new NodeFault(ErrorCode.TreeDamaged, "The folder contains itself.");
            }
        }

        return null;
    }
}
