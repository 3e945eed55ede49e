namespace HandyBackup.Contracts;

/// <summary>The fields of a node while it is being read.</summary>
internal struct NodeFields
{
    public NodeFields()
    {
    }

    public bool HasName { get; set; }

    public byte[] Name { get; set; } = [];

    public NodeType? Type { get; set; }

    public uint Mode { get; set; }

    public NodeTime Modified { get; set; }

    public NodeTime Accessed { get; set; }

    public NodeTime Changed { get; set; }

    public uint UserId { get; set; }

    public uint GroupId { get; set; }

    public string User { get; set; } = "";

    public string Group { get; set; } = "";

    public ulong Inode { get; set; }

    public ulong DeviceId { get; set; }

    public ulong Size { get; set; }

    public ulong Links { get; set; }

    public byte[] LinkTarget { get; set; } = [];

    public byte[]? RawLinkTarget { get; set; }

    public IReadOnlyList<ExtendedAttribute>? ExtendedAttributes { get; set; }

    public IReadOnlyDictionary<string, ReadOnlyMemory<byte>>? GenericAttributes { get; set; }

    public ulong Device { get; set; }

    public IReadOnlyList<BlobId>? Content { get; set; }

    public BlobId? Subtree { get; set; }

    public string Error { get; set; } = "";
}
