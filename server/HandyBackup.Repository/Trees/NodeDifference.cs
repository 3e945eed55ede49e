using HandyBackup.Contracts;

namespace HandyBackup.Repository;

/// <summary>One difference between two trees.</summary>
/// <param name="ParentPath">The path of the folder that holds the item, escaped as <see cref="ItemName"/> says; empty for the top.</param>
/// <param name="Change">What differs.</param>
/// <param name="Reference">The item in the reference; null if it is not there.</param>
/// <param name="Difference">The item in the difference; null if it is not there.</param>
public sealed record NodeDifference(string ParentPath, ItemChange Change, TreeNode? Reference, TreeNode? Difference);
