using System.Buffers.Binary;
using HandyBackup.Contracts;

namespace HandyBackup.Agent.Core.State;

/// <summary>
/// One item in a folder's record: four bytes with the length of the name and two flags, the fingerprint, for a folder whose content is known the offset
/// of its record and the id of its tree, and the name.
/// </summary>
internal readonly ref struct StateEntry
{
    /// <summary>The longest name that an entry can hold.</summary>
    public const int MaximumName = (1 << 24) - 1;

    private const int FixedSize = 20;
    private const int ChildSize = sizeof(long) + Sha256Hash.Size;
    private const uint ChildFlag = 1;
    private const uint OldFlag = 2;
    private const int FlagBits = 2;

    private readonly ReadOnlySpan<byte> _bytes;
    private readonly uint _head;

    private StateEntry(ReadOnlySpan<byte> bytes, uint head)
    {
        _bytes = bytes;
        _head = head;
    }

    /// <summary>How many bytes it takes.</summary>
    public int Length => LengthOf(NameLength(_head), HasChild);

    /// <summary>The item's name.</summary>
    public ReadOnlySpan<byte> Name => _bytes[^NameLength(_head)..];

    /// <summary>What the item looked like.</summary>
    public ItemFingerprint Fingerprint =>
        new(BinaryPrimitives.ReadUInt64LittleEndian(_bytes[4..]), BinaryPrimitives.ReadUInt64LittleEndian(_bytes[12..]));

    /// <summary>True for a folder whose content is known.</summary>
    public bool HasChild => (_head & ChildFlag) != 0;

    /// <summary>True if <see cref="ChildOffset"/> is one of the file that is being read; in files nowhere.</summary>
    public bool IsOld => (_head & OldFlag) != 0;

    /// <summary>Where the record of the folder's content begins.</summary>
    public long ChildOffset => BinaryPrimitives.ReadInt64LittleEndian(_bytes[FixedSize..]);

    /// <summary>The folder's content; only with <see cref="HasChild"/>.</summary>
    public StateChild Child => new(ChildOffset, new BlobId(new Sha256Hash(_bytes.Slice(FixedSize + sizeof(long), Sha256Hash.Size))), IsOld: true);

    /// <summary>Reads the first of several entries.</summary>
    /// <returns>False if they are damaged.</returns>
    public static bool TryRead(ReadOnlySpan<byte> entries, out StateEntry entry)
    {
        entry = default;
        if (entries.Length < FixedSize)
        {
            return false;
        }

        uint head = BinaryPrimitives.ReadUInt32LittleEndian(entries);
        int length = LengthOf(NameLength(head), (head & ChildFlag) != 0);
        if (NameLength(head) is 0 or > MaximumName || length > entries.Length)
        {
            return false;
        }

        entry = new StateEntry(entries[..length], head);
        return true;
    }

    /// <summary>How many bytes an entry takes.</summary>
    public static int LengthOf(int name, bool hasChild) => FixedSize + (hasChild ? ChildSize : 0) + name;

    /// <summary>Writes an entry.</summary>
    public static void Write(Span<byte> destination, ReadOnlySpan<byte> name, ItemFingerprint fingerprint, StateChild? child)
    {
        uint flags = child is { } present ? ChildFlag | (present.IsOld ? OldFlag : 0) : 0;
        BinaryPrimitives.WriteUInt32LittleEndian(destination, ((uint)name.Length << FlagBits) | flags);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[4..], fingerprint.Low);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[12..], fingerprint.High);
        if (child is { } folder)
        {
            BinaryPrimitives.WriteInt64LittleEndian(destination[FixedSize..], folder.Offset);
            folder.Subtree.Hash.CopyTo(destination[(FixedSize + sizeof(long))..]);
        }

        name.CopyTo(destination[LengthOf(0, child is not null)..]);
    }

    /// <summary>Marks an entry that was copied from the file that is being read.</summary>
    public static void MarkOld(Span<byte> entry) => entry[0] |= (byte)OldFlag;

    /// <summary>Gives an entry the offset in the file that is being written.</summary>
    public static void Relocate(Span<byte> entry, long offset)
    {
        entry[0] &= unchecked((byte)~OldFlag);
        BinaryPrimitives.WriteInt64LittleEndian(entry[FixedSize..], offset);
    }

    private static int NameLength(uint head) => (int)(head >> FlagBits);
}
