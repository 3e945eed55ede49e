using System.Globalization;
using System.Text;
using HandyBackup.Contracts;
using HandyBackup.Sources;

namespace HandyBackup.Agent.Core.Backup;

/// <summary>
/// Makes the nodes of trees from a source's items, filled as restic 0.14 fills them (internal/restic/node.go, <c>NodeFromFileInfo</c> and
/// <c>fillExtra</c>), except that times are written in UTC, so that equal items make equal trees wherever they are read.
/// </summary>
internal static class NodeFactory
{
    // For items of a source that knows no permissions: whoever restores them may use them, nobody else.
    private const uint OwnFile = 0x180;
    private const uint OwnFolder = 0x1C0;

    /// <summary>The node type for an item; null for what cannot be stored.</summary>
    public static NodeType? TypeOf(SourceItem item) => item.Kind switch
    {
        SourceItemKind.File => NodeType.File,
        SourceItemKind.Folder => NodeType.Folder,
        SourceItemKind.SymbolicLink => NodeType.SymbolicLink,
        SourceItemKind.BlockDevice => NodeType.BlockDevice,
        SourceItemKind.CharacterDevice => NodeType.CharacterDevice,
        SourceItemKind.Fifo => NodeType.Fifo,
        SourceItemKind.Socket => NodeType.Socket,
        _ => null,
    };

    /// <summary>True if nothing of the item that takes an effort to read can have changed since the node was made.</summary>
    public static bool IsUnchanged(SourceItem item, TreeNode previous) =>
        item.Modified is { } modified
        && TypeOf(item) == previous.Type
        && (item.Kind != SourceItemKind.File || (item.Size is { } size && (ulong)size == previous.Size && previous.Content is not null))
        && item.Inode == previous.Inode
        && ToTime(modified).IsSameInstant(previous.Modified)
        && ChangeTime(item).IsSameInstant(previous.Changed)
        && previous.Error.Length == 0;

    /// <summary>The node of an unchanged item: the previous one, brought up to date with what listing tells.</summary>
    public static TreeNode TakeOver(SourceItem item, TreeNode previous, BlobId? subtree = null)
    {
        if (ModeOf(item, previous.Type) == previous.Mode
            && item.UserId == previous.UserId
            && item.GroupId == previous.GroupId
            && item.DeviceId == previous.DeviceId
            && LinksOf(item) == previous.Links
            && DeviceOf(item) == previous.Device
            && subtree == previous.Subtree)
        {
            return previous;
        }

        return new TreeNode
        {
            Name = item.Name,
            Type = previous.Type,
            Mode = ModeOf(item, previous.Type),
            Modified = previous.Modified,
            Accessed = previous.Accessed,
            Changed = previous.Changed,
            UserId = item.UserId,
            GroupId = item.GroupId,
            User = previous.User,
            Group = previous.Group,
            Inode = item.Inode,
            DeviceId = item.DeviceId,
            Size = previous.Size,
            Links = LinksOf(item),
            LinkTarget = previous.LinkTarget,
            ExtendedAttributes = previous.ExtendedAttributes,
            GenericAttributes = previous.GenericAttributes,
            Device = DeviceOf(item),
            Content = previous.Content,
            Subtree = subtree,
        };
    }

    /// <summary>Makes a node.</summary>
    /// <param name="item">An item of a kind that can be stored.</param>
    /// <param name="details">What listing does not tell of it.</param>
    /// <param name="content">A file's blobs.</param>
    /// <param name="size">How many bytes of a file were read.</param>
    /// <param name="subtree">A folder's tree.</param>
    public static TreeNode Create(SourceItem item, SourceItemDetails details, BlobId[]? content = null, long size = 0, BlobId? subtree = null)
    {
        NodeType type = TypeOf(item) ?? throw new ArgumentException("An item of this kind has no node.", nameof(item));
        NodeTime modified = ToTime(item.Modified ?? default);
        return new TreeNode
        {
            Name = item.Name,
            Type = type,
            Mode = ModeOf(item, type),
            Modified = modified,
            Accessed = modified,
            Changed = ChangeTime(item),
            UserId = item.UserId,
            GroupId = item.GroupId,
            User = details.User,
            Group = details.Group,
            Inode = item.Inode,
            DeviceId = item.DeviceId,
            Size = (ulong)size,
            Links = LinksOf(item),
            LinkTarget = details.LinkTarget,
            ExtendedAttributes = ToAttributes(details.ExtendedAttributes),
            GenericAttributes = ToGenericAttributes(details),
            Device = DeviceOf(item),
            Content = content,
            Subtree = subtree,
        };
    }

    /// <summary>A time as nodes have it.</summary>
    public static NodeTime ToTime(SourceTime time) => new(time.UnixSeconds, time.Nanoseconds);

    /// <summary>When content or metadata were last changed, as the item's node says it.</summary>
    public static NodeTime ChangeTime(SourceItem item) => ToTime(item.Changed ?? item.Modified ?? default);

    /// <summary>The mode of the item's node.</summary>
    public static uint ModeOf(SourceItem item, NodeType type) => GoFileMode.From(type, item.Mode ?? type switch
    {
        NodeType.Folder => OwnFolder,
        NodeType.SymbolicLink => 0x1FF,
        _ => OwnFile,
    });

    /// <summary>The number of hard links that the item's node has.</summary>
    public static ulong LinksOf(SourceItem item) => item.Kind switch
    {
        SourceItemKind.File or SourceItemKind.SymbolicLink or SourceItemKind.BlockDevice or SourceItemKind.CharacterDevice => item.Links,
        _ => 0,
    };

    /// <summary>The device number that the item's node has.</summary>
    public static ulong DeviceOf(SourceItem item) =>
        item.Kind is SourceItemKind.BlockDevice or SourceItemKind.CharacterDevice ? item.Device : 0;

    private static ExtendedAttribute[]? ToAttributes(IReadOnlyList<KeyValuePair<string, byte[]>>? attributes)
    {
        if (attributes is not { Count: > 0 })
        {
            return null;
        }

        var result = new ExtendedAttribute[attributes.Count];
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = new ExtendedAttribute(attributes[i].Key, attributes[i].Value);
        }

        return result;
    }

    // restic, internal/restic/node_windows.go: the values are Go's JSON of a syscall.Filetime and of a uint32. Go orders the keys of a map.
    private static SortedDictionary<string, ReadOnlyMemory<byte>>? ToGenericAttributes(SourceItemDetails details)
    {
        if (details.Created is null && details.WindowsAttributes is null)
        {
            return null;
        }

        var result = new SortedDictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
        if (details.Created is { } created)
        {
            // A FILETIME counts 100 ns from 1601-01-01.
            ulong fileTime = (ulong)(((created.UnixSeconds + 11_644_473_600) * 10_000_000) + (created.Nanoseconds / 100));
            result["windows.creation_time"] = Json($"{{\"LowDateTime\":{(uint)fileTime},\"HighDateTime\":{(uint)(fileTime >> 32)}}}");
        }

        if (details.WindowsAttributes is { } attributes)
        {
            result["windows.file_attributes"] = Json($"{attributes}");
        }

        return result;
    }

    private static byte[] Json(FormattableString text) => Encoding.ASCII.GetBytes(text.ToString(CultureInfo.InvariantCulture));
}
