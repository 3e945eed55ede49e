using System.Text.Json;

namespace HandyBackup.Contracts;

/// <summary>Reads nodes from JSON text. What is wrong is told by a <see cref="FormatException"/>. Not safe for several threads.</summary>
internal sealed class NodeDecoder : IDisposable
{
    // Go's zero time, which a field that is missing has.
    private static readonly NodeTime s_zeroTime = new(-62_135_596_800, 0);

    private readonly JsonBuffer _rewritten = new();
    private readonly JsonTextDecoder _text = new();
    private readonly List<BlobId> _content = [];
    private bool _hasUnknownField;

    /// <summary>Reads the node that the reader stands at the beginning of, and leaves it at its end.</summary>
    /// <param name="reader">A reader of <paramref name="json"/>, complete in one block.</param>
    /// <param name="json">The text.</param>
    public TreeNode Read(ref Utf8JsonReader reader, ReadOnlySpan<byte> json)
    {
        int start = (int)reader.TokenStartIndex;
        _hasUnknownField = false;
        var fields = new NodeFields { Modified = s_zeroTime, Accessed = s_zeroTime, Changed = s_zeroTime };
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            ReadField(ref reader, ref fields, json);
        }

        if (!fields.HasName || fields.Type is not { } type)
        {
            throw new FormatException($"the node ends here and has no {(fields.HasName ? "type" : "name")}");
        }

        TreeNode node = ToNode(fields, type, null);
        ReadOnlySpan<byte> text = json.Slice(start, (int)reader.BytesConsumed - start);
        return IsRewrittenEqually(node, text) ? node : ToNode(fields, type, text.ToArray());
    }

    public void Dispose()
    {
        _rewritten.Dispose();
        _text.Dispose();
    }

    private static TreeNode ToNode(in NodeFields fields, NodeType type, byte[]? writtenForm) => new()
    {
        Name = fields.Name,
        Type = type,
        Mode = fields.Mode,
        Modified = fields.Modified,
        Accessed = fields.Accessed,
        Changed = fields.Changed,
        UserId = fields.UserId,
        GroupId = fields.GroupId,
        User = fields.User,
        Group = fields.Group,
        Inode = fields.Inode,
        DeviceId = fields.DeviceId,
        Size = fields.Size,
        Links = fields.Links,
        LinkTarget = fields.RawLinkTarget ?? fields.LinkTarget,
        ExtendedAttributes = fields.ExtendedAttributes,
        GenericAttributes = fields.GenericAttributes,
        Device = fields.Device,
        Content = fields.Content,
        Subtree = fields.Subtree,
        Error = fields.Error,
        WrittenForm = writtenForm,
    };

    // Writing differs between versions of Go only in what is escaped, so plain text need not be compared.
    private bool IsRewrittenEqually(TreeNode node, ReadOnlySpan<byte> text)
    {
        if (!_hasUnknownField && text.IndexOf((byte)'\\') < 0 && JsonTextDecoder.IsAscii(text))
        {
            return true;
        }

        _rewritten.Truncate(0);
        NodeEncoder.Write(node, _rewritten);
        return _rewritten.Written.Span.SequenceEqual(text);
    }

    private void ReadField(ref Utf8JsonReader reader, ref NodeFields fields, ReadOnlySpan<byte> json)
    {
        NodeField field = NodeFieldName.Find(ref reader);
        reader.Read();
        if (field == NodeField.Unknown)
        {
            _hasUnknownField = true;
            reader.Skip();
            return;
        }

        // Go leaves a field at its zero value when the text says null.
        if (reader.TokenType == JsonTokenType.Null)
        {
            return;
        }

        switch (field)
        {
            case NodeField.Name:
                fields.Name = _text.ReadName(ref reader);
                fields.HasName = true;
                break;
            case NodeField.Type:
                RequireString(ref reader);
                fields.Type = NodeTypeName.TryParse(reader.ValueSpan, out NodeType type) ? type : throw new FormatException("there is no such type of node");
                break;
            case NodeField.Modified:
                fields.Modified = ReadTime(ref reader);
                break;
            case NodeField.Accessed:
                fields.Accessed = ReadTime(ref reader);
                break;
            case NodeField.Changed:
                fields.Changed = ReadTime(ref reader);
                break;
            case NodeField.Content:
                fields.Content = ReadContent(ref reader);
                break;
            case NodeField.Subtree:
                fields.Subtree = ReadId(ref reader);
                break;
            default:
                ReadRarerField(ref reader, field, ref fields, json);
                break;
        }
    }

    private void ReadRarerField(ref Utf8JsonReader reader, NodeField field, ref NodeFields fields, ReadOnlySpan<byte> json)
    {
        switch (field)
        {
            case NodeField.User:
                fields.User = _text.ReadRepeatedText(ref reader, JsonTextDecoder.Repeated.User);
                break;
            case NodeField.Group:
                fields.Group = _text.ReadRepeatedText(ref reader, JsonTextDecoder.Repeated.Group);
                break;
            case NodeField.Error:
                fields.Error = _text.ReadText(ref reader);
                break;
            case NodeField.LinkTarget:
                fields.LinkTarget = _text.ReadBytes(ref reader);
                break;
            case NodeField.RawLinkTarget:
                fields.RawLinkTarget = ReadBase64(ref reader);
                break;
            case NodeField.ExtendedAttributes:
                fields.ExtendedAttributes = ReadExtendedAttributes(ref reader);
                break;
            case NodeField.GenericAttributes:
                fields.GenericAttributes = ReadGenericAttributes(ref reader, json);
                break;
            default:
                ReadNumber(ref reader, field, ref fields);
                break;
        }
    }

    private static void ReadNumber(ref Utf8JsonReader reader, NodeField field, ref NodeFields fields)
    {
        if (reader.TokenType != JsonTokenType.Number || !reader.TryGetUInt64(out ulong value))
        {
            throw new FormatException("a whole number from 0 to 18446744073709551615 must stand here");
        }

        if (field is NodeField.Mode or NodeField.UserId or NodeField.GroupId && value > uint.MaxValue)
        {
            throw new FormatException("a whole number from 0 to 4294967295 must stand here");
        }

        switch (field)
        {
            case NodeField.Mode:
                fields.Mode = (uint)value;
                break;
            case NodeField.UserId:
                fields.UserId = (uint)value;
                break;
            case NodeField.GroupId:
                fields.GroupId = (uint)value;
                break;
            case NodeField.Inode:
                fields.Inode = value;
                break;
            case NodeField.DeviceId:
                fields.DeviceId = value;
                break;
            case NodeField.Size:
                fields.Size = value;
                break;
            case NodeField.Links:
                fields.Links = value;
                break;
            default:
                fields.Device = value;
                break;
        }
    }

    private static void RequireString(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.String)
        {
            throw new FormatException("a string must stand here");
        }
    }

    private static NodeTime ReadTime(ref Utf8JsonReader reader)
    {
        RequireString(ref reader);
        return NodeTimeText.TryRead(reader.ValueSpan, out NodeTime time) ? time : throw new FormatException("a time in the form of RFC 3339 must stand here");
    }

    private static BlobId ReadId(ref Utf8JsonReader reader)
    {
        RequireString(ref reader);
        return Sha256Hash.TryParse(reader.ValueSpan, out Sha256Hash hash) ? new BlobId(hash) : throw new FormatException("an id of 64 hexadecimal digits must stand here");
    }

    private static byte[] ReadBase64(ref Utf8JsonReader reader)
    {
        RequireString(ref reader);
        return reader.TryGetBytesFromBase64(out byte[]? bytes) ? bytes : throw new FormatException("base64 text must stand here");
    }

    private static void RequireList(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw new FormatException("a list must begin here");
        }
    }

    private static void RequireObject(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new FormatException("an object must begin here");
        }
    }

    private BlobId[] ReadContent(ref Utf8JsonReader reader)
    {
        RequireList(ref reader);
        _content.Clear();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            _content.Add(ReadId(ref reader));
        }

        return _content.ToArray();
    }

    private List<ExtendedAttribute> ReadExtendedAttributes(ref Utf8JsonReader reader)
    {
        RequireList(ref reader);
        var attributes = new List<ExtendedAttribute>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            attributes.Add(ReadExtendedAttribute(ref reader));
        }

        return attributes;
    }

    private ExtendedAttribute ReadExtendedAttribute(ref Utf8JsonReader reader)
    {
        RequireObject(ref reader);
        string name = "";
        byte[]? value = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool isName = reader.ValueTextEquals("name"u8);
            bool isValue = reader.ValueTextEquals("value"u8);
            reader.Read();
            if (!isName && !isValue)
            {
                _hasUnknownField = true;
                reader.Skip();
            }
            else if (isName)
            {
                name = reader.TokenType == JsonTokenType.Null ? "" : _text.ReadText(ref reader);
            }
            else
            {
                value = reader.TokenType == JsonTokenType.Null ? null : ReadBase64(ref reader);
            }
        }

        return new ExtendedAttribute(name, value);
    }

    private Dictionary<string, ReadOnlyMemory<byte>> ReadGenericAttributes(ref Utf8JsonReader reader, ReadOnlySpan<byte> json)
    {
        RequireObject(ref reader);
        var attributes = new Dictionary<string, ReadOnlyMemory<byte>>();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = _text.ReadText(ref reader);
            reader.Read();
            int start = (int)reader.TokenStartIndex;
            reader.Skip();
            attributes[name] = json.Slice(start, (int)reader.BytesConsumed - start).ToArray();
        }

        return attributes;
    }
}
