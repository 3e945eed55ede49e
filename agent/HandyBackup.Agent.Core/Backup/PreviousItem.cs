using HandyBackup.Contracts;

namespace HandyBackup.Agent.Core.Backup;

/// <summary>What the previous snapshot has under a name.</summary>
/// <param name="Node">The node; null if there is none.</param>
/// <param name="Subfolder">A folder's content, on its way.</param>
internal readonly record struct PreviousItem(TreeNode? Node, Task<PreviousFolder?>? Subfolder);
