namespace HandyBackup.Contracts;

/// <summary>The names that node types have in JSON.</summary>
internal static class NodeTypeName
{
    /// <summary>The name of a type.</summary>
    public static ReadOnlySpan<byte> ToText(NodeType type) => type switch
    {
        NodeType.File => "file"u8,
        NodeType.Folder => "dir"u8,
        NodeType.SymbolicLink => "symlink"u8,
        NodeType.BlockDevice => "dev"u8,
        NodeType.CharacterDevice => "chardev"u8,
        NodeType.Fifo => "fifo"u8,
        NodeType.Socket => "socket"u8,
        NodeType.Irregular => "irregular"u8,
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };

    /// <summary>The type of a name, or false if there is none.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out NodeType type)
    {
        for (type = NodeType.File; type <= NodeType.Irregular; type++)
        {
            if (text.SequenceEqual(ToText(type)))
            {
                return true;
            }
        }

        return false;
    }
}
