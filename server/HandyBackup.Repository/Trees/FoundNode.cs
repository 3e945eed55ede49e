using HandyBackup.Contracts;

namespace HandyBackup.Repository;

/// <summary>A node and where it lies.</summary>
/// <param name="Node">The node; null for the root, which has none.</param>
/// <param name="ParentPath">The path of the folder that holds it, escaped as <see cref="ItemName"/> says; empty for the top.</param>
/// <param name="Tree">The tree of its content; null if it is no folder.</param>
public sealed record FoundNode(TreeNode? Node, string ParentPath, BlobId? Tree)
{
    /// <summary>Its own path; empty for the root.</summary>
    public string Path => Node is null ? "" : ItemFactory.Join(ParentPath, ItemName.ToText(Node.Name.Span));
}
