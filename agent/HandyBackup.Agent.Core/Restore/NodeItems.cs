using System.Buffers.Text;
using System.Text.Json;
using HandyBackup.Contracts;
using HandyBackup.Sources;

namespace HandyBackup.Agent.Core.Restore;

/// <summary>Turns a snapshot's nodes into what restore targets take.</summary>
internal static class NodeItems
{
    private const long FileTimeToUnixSeconds = 11_644_473_600;

    /// <summary>The item to be written for a node.</summary>
    /// <param name="node">The node.</param>
    /// <param name="name">The name it gets.</param>
    /// <param name="parent">The folder it goes into; null at the top of the destination.</param>
    public static SourceItem ToItem(TreeNode node, ReadOnlyMemory<byte> name, SourceItem? parent) => new()
    {
        Parent = parent,
        Name = name,
        Kind = KindOf(node.Type),
        Size = node.Type == NodeType.File ? (long)Math.Min(node.Size, long.MaxValue) : 0,
        Modified = ToTime(node.Modified),
        Changed = ToTime(node.Changed),
        Mode = GoFileMode.ToPosix(node.Mode),
        UserId = node.UserId,
        GroupId = node.GroupId,
        Inode = node.Inode,
        DeviceId = node.DeviceId,
        Links = node.Links,
        Device = node.Device,
    };

    /// <summary>The metadata that goes with it.</summary>
    public static SourceItemDetails ToDetails(TreeNode node)
    {
        if (node.User.Length == 0 && node.Group.Length == 0 && node.LinkTarget.IsEmpty && node.ExtendedAttributes is null && node.GenericAttributes is null)
        {
            return SourceItemDetails.None;
        }

        return new SourceItemDetails
        {
            User = node.User,
            Group = node.Group,
            LinkTarget = node.LinkTarget,
            ExtendedAttributes = ToAttributes(node.ExtendedAttributes),
            WindowsAttributes = ReadFileAttributes(node.GenericAttributes),
            Created = ReadCreationTime(node.GenericAttributes),
        };
    }

    private static SourceTime ToTime(NodeTime time) => new(time.UnixSeconds, time.Nanoseconds);

    private static SourceItemKind KindOf(NodeType type) => type switch
    {
        NodeType.File => SourceItemKind.File,
        NodeType.Folder => SourceItemKind.Folder,
        NodeType.SymbolicLink => SourceItemKind.SymbolicLink,
        NodeType.BlockDevice => SourceItemKind.BlockDevice,
        NodeType.CharacterDevice => SourceItemKind.CharacterDevice,
        NodeType.Fifo => SourceItemKind.Fifo,
        NodeType.Socket => SourceItemKind.Socket,
        _ => SourceItemKind.Other,
    };

    private static KeyValuePair<string, byte[]>[]? ToAttributes(IReadOnlyList<ExtendedAttribute>? attributes)
    {
        if (attributes is not { Count: > 0 })
        {
            return null;
        }

        var result = new KeyValuePair<string, byte[]>[attributes.Count];
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = KeyValuePair.Create(attributes[i].Name, attributes[i].Value ?? []);
        }

        return result;
    }

    // The values are Go's JSON of a uint32 and of a syscall.Filetime (restic, internal/data/node_windows.go). Any other is passed over, as restic does it.
    private static uint? ReadFileAttributes(IReadOnlyDictionary<string, ReadOnlyMemory<byte>>? attributes)
    {
        if (attributes is null || !attributes.TryGetValue("windows.file_attributes", out ReadOnlyMemory<byte> json))
        {
            return null;
        }

        return Utf8Parser.TryParse(json.Span, out uint value, out int length) && length == json.Length ? value : null;
    }

    private static SourceTime? ReadCreationTime(IReadOnlyDictionary<string, ReadOnlyMemory<byte>>? attributes)
    {
        if (attributes is null || !attributes.TryGetValue("windows.creation_time", out ReadOnlyMemory<byte> json))
        {
            return null;
        }

        using JsonDocument document = JsonDocument.Parse(json);
        if (!TryGetNumber(document.RootElement, "LowDateTime", out uint low) || !TryGetNumber(document.RootElement, "HighDateTime", out uint high))
        {
            return null;
        }

        // A FILETIME counts 100 ns from 1601-01-01.
        (ulong seconds, ulong rest) = Math.DivRem(((ulong)high << 32) | low, 10_000_000);
        return new SourceTime((long)seconds - FileTimeToUnixSeconds, (int)rest * 100);
    }

    private static bool TryGetNumber(JsonElement json, string name, out uint value)
    {
        value = 0;
        return json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out JsonElement element)
            && element.ValueKind == JsonValueKind.Number && element.TryGetUInt32(out value);
    }
}
