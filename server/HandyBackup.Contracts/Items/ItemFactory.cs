using System.Globalization;

namespace HandyBackup.Contracts;

/// <summary>Shows what a snapshot holds as items.</summary>
public static class ItemFactory
{
    /// <summary>Makes the item of a node. Where it came from (agent, source, snapshot, repository) is the caller's to add.</summary>
    /// <param name="node">The node.</param>
    /// <param name="parentPath">The path of the folder that holds it, as <see cref="Item.Path"/>; empty at the top.</param>
    public static Item FromNode(TreeNode node, string parentPath)
    {
        string name = ItemName.ToText(node.Name.Span);

        // restic leaves owners out on Windows, where the numbers mean nothing.
        bool hasOwner = node.GenericAttributes is null || node.User.Length > 0;
        return new Item
        {
            Path = Join(parentPath, name),
            Name = name,
            Kind = KindOf(node.Type),
            Size = node.Type == NodeType.File ? (long)Math.Min(node.Size, long.MaxValue) : null,
            Modified = node.Modified.ToDateTimeOffset(),
            Mode = (int)GoFileMode.ToPosix(node.Mode),
            User = hasOwner ? NameOrNumber(node.User, node.UserId) : null,
            Group = hasOwner ? NameOrNumber(node.Group, node.GroupId) : null,
            LinkTarget = node.Type == NodeType.SymbolicLink ? ItemName.ToText(node.LinkTarget.Span) : null,
        };
    }

    /// <summary>The path of an item in a folder.</summary>
    /// <param name="parentPath">The folder's path; empty for the top.</param>
    /// <param name="name">The item's name, escaped as <see cref="ItemName"/> says.</param>
    public static string Join(string parentPath, string name) => parentPath.Length == 0 ? name : parentPath + "/" + name;

    /// <summary>What a node is shown as.</summary>
    public static ItemKind KindOf(NodeType type) => type switch
    {
        NodeType.File => ItemKind.File,
        NodeType.Folder => ItemKind.Folder,
        NodeType.SymbolicLink => ItemKind.SymbolicLink,
        NodeType.BlockDevice => ItemKind.BlockDevice,
        NodeType.CharacterDevice => ItemKind.CharacterDevice,
        NodeType.Fifo => ItemKind.Fifo,
        NodeType.Socket => ItemKind.Socket,
        _ => ItemKind.Other,
    };

    /// <summary>What is shown for an owner or group.</summary>
    /// <param name="name">The name, or empty.</param>
    /// <param name="number">The number.</param>
    public static string NameOrNumber(string name, uint number) => name.Length > 0 ? name : number.ToString(CultureInfo.InvariantCulture);
}
