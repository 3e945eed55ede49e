using System.Text;

namespace HandyBackup.Contracts;

/// <summary>Writes nodes as restic writes them: the fields of <c>Node</c> in its order, empty ones left out where it says omitempty (internal/data/node.go).</summary>
internal static class NodeEncoder
{
    /// <summary>Writes one node.</summary>
    public static void Write(TreeNode node, JsonBuffer to)
    {
        to.Write("{\"name\":"u8);
        to.WriteName(node.Name.Span);
        to.Write(",\"type\":\""u8);
        to.Write(NodeTypeName.ToText(node.Type));
        to.Write((byte)'"');
        WriteUnlessZero(",\"mode\":"u8, node.Mode, to);
        to.Write(",\"mtime\":"u8);
        to.WriteTime(node.Modified);
        to.Write(",\"atime\":"u8);
        to.WriteTime(node.Accessed);
        to.Write(",\"ctime\":"u8);
        to.WriteTime(node.Changed);
        to.Write(",\"uid\":"u8);
        to.WriteNumber(node.UserId);
        to.Write(",\"gid\":"u8);
        to.WriteNumber(node.GroupId);
        WriteUnlessEmpty(",\"user\":"u8, node.User, to);
        WriteUnlessEmpty(",\"group\":"u8, node.Group, to);
        WriteUnlessZero(",\"inode\":"u8, node.Inode, to);
        WriteUnlessZero(",\"device_id\":"u8, node.DeviceId, to);
        WriteUnlessZero(",\"size\":"u8, node.Size, to);
        WriteUnlessZero(",\"links\":"u8, node.Links, to);
        WriteLinkTarget(node.LinkTarget.Span, to);
        WriteExtendedAttributes(node.ExtendedAttributes, to);
        WriteGenericAttributes(node.GenericAttributes, to);
        WriteUnlessZero(",\"device\":"u8, node.Device, to);
        to.Write(",\"content\":"u8);
        WriteContent(node.Content, to);
        if (node.Subtree is { } subtree)
        {
            to.Write(",\"subtree\":"u8);
            to.WriteId(subtree);
        }

        WriteUnlessEmpty(",\"error\":"u8, node.Error, to);
        to.Write((byte)'}');
    }

    private static void WriteUnlessZero(ReadOnlySpan<byte> field, ulong value, JsonBuffer to)
    {
        if (value != 0)
        {
            to.Write(field);
            to.WriteNumber(value);
        }
    }

    private static void WriteUnlessEmpty(ReadOnlySpan<byte> field, string value, JsonBuffer to)
    {
        if (value.Length > 0)
        {
            to.Write(field);
            to.WriteText(value);
        }
    }

    private static void WriteLinkTarget(ReadOnlySpan<byte> target, JsonBuffer to)
    {
        if (target.IsEmpty)
        {
            return;
        }

        to.Write(",\"linktarget\":"u8);
        to.WriteText(target);
        if (!Utf8Sequence.IsValid(target))
        {
            to.Write(",\"linktarget_raw\":"u8);
            to.WriteBase64(target);
        }
    }

    private static void WriteExtendedAttributes(IReadOnlyList<ExtendedAttribute>? attributes, JsonBuffer to)
    {
        if (attributes is not { Count: > 0 })
        {
            return;
        }

        to.Write(",\"extended_attributes\":["u8);
        for (int i = 0; i < attributes.Count; i++)
        {
            to.Write(i == 0 ? "{\"name\":"u8 : ",{\"name\":"u8);
            to.WriteText(attributes[i].Name);
            to.Write(",\"value\":"u8);
            if (attributes[i].Value is { } value)
            {
                to.WriteBase64(value);
            }
            else
            {
                to.Write("null"u8);
            }

            to.Write((byte)'}');
        }

        to.Write((byte)']');
    }

    private static void WriteGenericAttributes(IReadOnlyDictionary<string, ReadOnlyMemory<byte>>? attributes, JsonBuffer to)
    {
        if (attributes is not { Count: > 0 })
        {
            return;
        }

        // Go sorts the keys of a map by their bytes.
        var sorted = new List<(byte[] Key, string Name, ReadOnlyMemory<byte> Value)>(attributes.Count);
        foreach (KeyValuePair<string, ReadOnlyMemory<byte>> attribute in attributes)
        {
            sorted.Add((Encoding.UTF8.GetBytes(attribute.Key), attribute.Key, attribute.Value));
        }

        sorted.Sort(static (a, b) => a.Key.AsSpan().SequenceCompareTo(b.Key));
        to.Write(",\"generic_attributes\":{"u8);
        for (int i = 0; i < sorted.Count; i++)
        {
            if (i > 0)
            {
                to.Write((byte)',');
            }

            to.WriteText(sorted[i].Name);
            to.Write((byte)':');
            to.Write(sorted[i].Value.Span);
        }

        to.Write((byte)'}');
    }

    private static void WriteContent(IReadOnlyList<BlobId>? content, JsonBuffer to)
    {
        if (content is null)
        {
            to.Write("null"u8);
            return;
        }

        to.Write((byte)'[');
        for (int i = 0; i < content.Count; i++)
        {
            if (i > 0)
            {
                to.Write((byte)',');
            }

            to.WriteId(content[i]);
        }

        to.Write((byte)']');
    }
}
