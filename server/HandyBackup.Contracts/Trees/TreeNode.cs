namespace HandyBackup.Contracts;

/// <summary>
/// One entry of a tree, as restic's <c>Node</c> (internal/restic/node.go, versions 0.9 to 0.18). Immutable, safe to share.
/// </summary>
public sealed class TreeNode
{
    /// <summary>The name's raw bytes: UTF-8 nearly always, but any byte except 0 and '/' is possible.</summary>
    public required ReadOnlyMemory<byte> Name { get; init; }

    /// <summary>What the node is.</summary>
    public required NodeType Type { get; init; }

    /// <summary>Go's <c>os.FileMode</c>: permission bits in the low nine, type and special bits from bit 31 down. See <see cref="GoFileMode"/>.</summary>
    public uint Mode { get; init; }

    /// <summary>When the content was last changed.</summary>
    public NodeTime Modified { get; init; }

    /// <summary>When the content was last read; restic writes the modification time here unless told otherwise.</summary>
    public NodeTime Accessed { get; init; }

    /// <summary>When content or metadata were last changed.</summary>
    public NodeTime Changed { get; init; }

    /// <summary>The owner's number.</summary>
    public uint UserId { get; init; }

    /// <summary>The group's number.</summary>
    public uint GroupId { get; init; }

    /// <summary>The owner's name, or empty.</summary>
    public string User { get; init; } = "";

    /// <summary>The group's name, or empty.</summary>
    public string Group { get; init; } = "";

    /// <summary>The file's number on its device; 0 if unknown.</summary>
    public ulong Inode { get; init; }

    /// <summary>The number of the device that the file lies on; 0 if unknown.</summary>
    public ulong DeviceId { get; init; }

    /// <summary>Length in bytes of a file's content.</summary>
    public ulong Size { get; init; }

    /// <summary>The number of hard links; 0 if unknown.</summary>
    public ulong Links { get; init; }

    /// <summary>The raw bytes that a symbolic link points to.</summary>
    public ReadOnlyMemory<byte> LinkTarget { get; init; }

    /// <summary>The extended attributes in stored order; null if the tree has none.</summary>
    public IReadOnlyList<ExtendedAttribute>? ExtendedAttributes { get; init; }

    /// <summary>Operating-system specific attributes by restic's names (such as <c>windows.creation_time</c>), each a raw JSON value; null if none.</summary>
    public IReadOnlyDictionary<string, ReadOnlyMemory<byte>>? GenericAttributes { get; init; }

    /// <summary>The device number of a device node.</summary>
    public ulong Device { get; init; }

    /// <summary>The blobs that make up a file's content, in order; null where the tree says <c>null</c>.</summary>
    public IReadOnlyList<BlobId>? Content { get; init; }

    /// <summary>A folder's own tree; null for everything else.</summary>
    public BlobId? Subtree { get; init; }

    /// <summary>What restic noted when the node could not be read whole, or empty.</summary>
    public string Error { get; init; } = "";

    /// <summary>
    /// The node's JSON text as it was read, where writing it anew would give other bytes: another version of Go's encoder, or unknown fields.
    /// Null otherwise, and for nodes that were not read from a tree.
    /// </summary>
    internal byte[]? WrittenForm { get; init; }
}
