using HandyBackup.Contracts;

namespace HandyBackup.Server.Core;

/// <summary>Shows nodes of a snapshot as items that say where they come from.</summary>
internal static class SnapshotItem
{
    /// <summary>The item for a node.</summary>
    public static Item Describe(TreeNode node, string parentPath, LocatedSnapshot snapshot) => ItemFactory.FromNode(node, parentPath) with
    {
        Agent = snapshot.Snapshot.Origin?.Agent,
        Source = snapshot.Snapshot.Origin?.Source ?? SourceKinds.Files,
        SnapshotId = snapshot.Id.ToString(),
        Repository = snapshot.Repository.Name,
    };
}
