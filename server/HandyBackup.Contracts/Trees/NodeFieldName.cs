using System.Text.Json;

namespace HandyBackup.Contracts;

/// <summary>The names that the fields of a node have in JSON.</summary>
internal static class NodeFieldName
{
    /// <summary>The field whose name the reader stands at.</summary>
    public static NodeField Find(ref Utf8JsonReader reader)
    {
        ReadOnlySpan<byte> name = reader.ValueSpan;
        if (name.IsEmpty)
        {
            return NodeField.Unknown;
        }

        // Length and first letter leave two candidates at most.
        return (name.Length, name[0]) switch
        {
            (3, (byte)'u') => If(name, "uid"u8, NodeField.UserId),
            (3, (byte)'g') => If(name, "gid"u8, NodeField.GroupId),
            (4, (byte)'n') => If(name, "name"u8, NodeField.Name),
            (4, (byte)'t') => If(name, "type"u8, NodeField.Type),
            (4, (byte)'m') => If(name, "mode"u8, NodeField.Mode),
            (4, (byte)'u') => If(name, "user"u8, NodeField.User),
            (4, (byte)'s') => If(name, "size"u8, NodeField.Size),
            (5, (byte)'m') => If(name, "mtime"u8, NodeField.Modified),
            (5, (byte)'a') => If(name, "atime"u8, NodeField.Accessed),
            (5, (byte)'c') => If(name, "ctime"u8, NodeField.Changed),
            (5, (byte)'g') => If(name, "group"u8, NodeField.Group),
            (5, (byte)'i') => If(name, "inode"u8, NodeField.Inode),
            (5, (byte)'l') => If(name, "links"u8, NodeField.Links),
            (5, (byte)'e') => If(name, "error"u8, NodeField.Error),
            (6, (byte)'d') => If(name, "device"u8, NodeField.Device),
            (7, (byte)'c') => If(name, "content"u8, NodeField.Content),
            (7, (byte)'s') => If(name, "subtree"u8, NodeField.Subtree),
            (9, (byte)'d') => If(name, "device_id"u8, NodeField.DeviceId),
            (10, (byte)'l') => If(name, "linktarget"u8, NodeField.LinkTarget),
            (14, (byte)'l') => If(name, "linktarget_raw"u8, NodeField.RawLinkTarget),
            (18, (byte)'g') => If(name, "generic_attributes"u8, NodeField.GenericAttributes),
            (19, (byte)'e') => If(name, "extended_attributes"u8, NodeField.ExtendedAttributes),
            _ => NodeField.Unknown,
        };
    }

    private static NodeField If(ReadOnlySpan<byte> name, ReadOnlySpan<byte> expected, NodeField field) =>
        name.SequenceEqual(expected) ? field : NodeField.Unknown;
}
