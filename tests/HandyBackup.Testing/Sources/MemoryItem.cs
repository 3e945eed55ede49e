using HandyBackup.Sources;

namespace HandyBackup.Testing;

/// <summary>One item of a <see cref="MemoryTree"/>. Tests may alter it between two sessions.</summary>
public sealed class MemoryItem
{
    /// <summary>The name's raw bytes; empty for the root.</summary>
    public required byte[] Name { get; set; }

    /// <summary>What it is.</summary>
    public required SourceItemKind Kind { get; init; }

    /// <summary>A folder's items, by name.</summary>
    public SortedDictionary<byte[], MemoryItem> Children { get; } = new(ByteOrder.Instance);

    /// <summary>A file's content.</summary>
    public ReadOnlyMemory<byte> Content { get; set; }

    /// <summary>False if listing does not tell the file's size.</summary>
    public bool IsSizeKnown { get; set; } = true;

    /// <summary>What listing says the size is, where it is not the content's: a file that grew or shrank since.</summary>
    public long? ListedSize { get; set; }

    /// <summary>The twelve permission bits.</summary>
    public uint? Mode { get; set; }

    /// <summary>The owner's number.</summary>
    public uint UserId { get; set; }

    /// <summary>The group's number.</summary>
    public uint GroupId { get; set; }

    /// <summary>When the content was last changed.</summary>
    public SourceTime? Modified { get; set; }

    /// <summary>When content or metadata were last changed.</summary>
    public SourceTime? Changed { get; set; }

    /// <summary>The number that hard links share.</summary>
    public ulong Inode { get; set; }

    /// <summary>The number of hard links.</summary>
    public ulong Links { get; set; } = 1;

    /// <summary>The device number of a device node.</summary>
    public ulong Device { get; set; }

    /// <summary>What listing does not tell.</summary>
    public SourceItemDetails Details { get; set; } = SourceItemDetails.None;

    /// <summary>What goes wrong with it.</summary>
    public MemoryFault Fault { get; set; }
}
