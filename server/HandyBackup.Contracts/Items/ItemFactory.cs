using System.Globalization;

namespace HandyBackup.Contracts;

/// <summary>Shows nodes of a tree as items.</summary>
public static class ItemFactory
{
    private const long TicksPerNanosecondStep = 100;

    /// <summary>The item for a node.</summary>
    /// <param name="node">The node.</param>
    /// <param name="parentPath">The path of the folder that holds it, escaped as <see cref="ItemName"/> says; empty for the top.</param>
    public static Item FromNode(TreeNode node, string parentPath)
    {
        string name = ItemName.ToText(node.Name.Span);
        return new Item
        {
            Path = parentPath.Length == 0 ? name : parentPath + "/" + name,
            Name = name,
            Kind = KindOf(node.Type),
            Size = node.Type == NodeType.File && node.Size <= long.MaxValue ? (long)node.Size : null,
            Modified = ToTime(node.Modified),
            Mode = (int)GoFileMode.ToPosix(node.Mode),
            User = node.User.Length > 0 ? node.User : node.UserId.ToString(CultureInfo.InvariantCulture),
            Group = node.Group.Length > 0 ? node.Group : node.GroupId.ToString(CultureInfo.InvariantCulture),
            LinkTarget = node.Type == NodeType.SymbolicLink ? ItemName.ToText(node.LinkTarget.Span) : null,
        };
    }

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

    // A tree can hold times that .NET cannot: those are unknown.
    private static DateTimeOffset? ToTime(NodeTime time)
    {
        if (time.UnixSeconds < DateTimeOffset.MinValue.ToUnixTimeSeconds() || time.UnixSeconds > DateTimeOffset.MaxValue.ToUnixTimeSeconds())
        {
            return null;
        }

        return DateTimeOffset.FromUnixTimeSeconds(time.UnixSeconds).AddTicks(time.Nanoseconds / TicksPerNanosecondStep);
    }
}
