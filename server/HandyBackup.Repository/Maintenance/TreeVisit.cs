namespace HandyBackup.Repository;

/// <summary>The visit of one tree by a check.</summary>
/// <param name="path">How it was reached.</param>
/// <param name="entry">Its entry in the index.</param>
/// <param name="parent">The visit that led to it; null for a snapshot's root.</param>
internal sealed class TreeVisit(TreePath path, int entry, TreeVisit? parent)
{
    /// <summary>How the tree was reached.</summary>
    public TreePath Path { get; } = path;

    /// <summary>The tree's entry in the index.</summary>
    public int Entry { get; } = entry;

    /// <summary>The visit that led here.</summary>
    public TreeVisit? Parent { get; } = parent;

    /// <summary>How much is not done yet: the tree itself, and trees below it.</summary>
    public int Open { get; set; } = 1;

    /// <summary>The oldest time of what was seen so far, in <see cref="Seconds"/>; zero for never.</summary>
    public uint Oldest { get; set; } = uint.MaxValue;
}
