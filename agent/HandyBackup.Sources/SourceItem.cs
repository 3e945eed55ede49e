namespace HandyBackup.Sources;

/// <summary>
/// One item of a source: what listing a folder tells of it without opening it. A source may derive from it to keep what it needs for
/// reading. Immutable once handed out, safe to share between threads.
/// </summary>
public class SourceItem
{
    /// <summary>In the place of an owner's or group's number: none is known, and a written item belongs to whoever writes it (chown(2) leaves such an owner as it is).</summary>
    public const uint Unowned = uint.MaxValue;

    /// <summary>The folder that contains the item; null at the top.</summary>
    public SourceItem? Parent { get; init; }

    /// <summary>The name's raw bytes: UTF-8 where the source knows text; any byte except 0 and '/' is possible. Unique in its folder.</summary>
    public required ReadOnlyMemory<byte> Name { get; init; }

    /// <summary>What it is.</summary>
    public required SourceItemKind Kind { get; init; }

    /// <summary>Length of the content in bytes; null if only reading can tell. 0 for everything but files.</summary>
    public long? Size { get; init; }

    /// <summary>When the content was last changed; null if unknown.</summary>
    public SourceTime? Modified { get; init; }

    /// <summary>When content or metadata were last changed; null if the source does not know. Equal size, inode, modified and changed times mean: unchanged.</summary>
    public SourceTime? Changed { get; init; }

    /// <summary>The twelve permission bits of POSIX; null where the source has none.</summary>
    public uint? Mode { get; init; }

    /// <summary>The owner's number.</summary>
    public uint UserId { get; init; }

    /// <summary>The group's number.</summary>
    public uint GroupId { get; init; }

    /// <summary>The item's number on its device; with <see cref="DeviceId"/> it finds hard links. 0 if there is none.</summary>
    public ulong Inode { get; init; }

    /// <summary>The device it lies on; 0 if unknown.</summary>
    public ulong DeviceId { get; init; }

    /// <summary>The number of hard links; 0 if unknown.</summary>
    public ulong Links { get; init; }

    /// <summary>The device number of a device node.</summary>
    public ulong Device { get; init; }

    /// <summary>The path's raw bytes: names from the top, '/' between them, without a leading '/'.</summary>
    public byte[] GetPath()
    {
        int length = Name.Length;
        for (SourceItem? folder = Parent; folder is not null; folder = folder.Parent)
        {
            length += folder.Name.Length + 1;
        }

        byte[] path = new byte[length];
        for (SourceItem? item = this; item is not null; item = item.Parent)
        {
            length -= item.Name.Length;
            item.Name.Span.CopyTo(path.AsSpan(length));
            if (length > 0)
            {
                path[--length] = (byte)'/';
            }
        }

        return path;
    }
}
