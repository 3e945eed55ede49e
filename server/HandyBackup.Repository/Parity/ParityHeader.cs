using System.Buffers.Binary;
using HandyBackup.Contracts;

namespace HandyBackup.Repository;

/// <summary>
/// What a sidecar says before and, once more, after its parity shards: the layout, the file's SHA-256, and a CRC-32C of each shard, which tells where the
/// damage is. A CRC is enough for that: whether healing succeeded is told by the SHA-256, and processors have an instruction for it (RFC 3720, appendix B.4).
/// </summary>
internal sealed class ParityHeader
{
    private const ushort Version = 1;
    private const int ChecksumLength = sizeof(uint);
    private const int FixedLength = 64;

    /// <summary>Makes a header.</summary>
    public ParityHeader(ParityLayout layout, Sha256Hash hash, uint[] checksums)
    {
        Layout = layout;
        Hash = hash;
        Checksums = checksums;
    }

    /// <summary>How the file is cut.</summary>
    public ParityLayout Layout { get; }

    /// <summary>SHA-256 of the file.</summary>
    public Sha256Hash Hash { get; }

    /// <summary>CRC-32C of each shard, data shards first. Of the last data shard without filling.</summary>
    public uint[] Checksums { get; }

    private static ReadOnlySpan<byte> Magic => "HBPARITY"u8;

    /// <summary>Length of the header of so many shards.</summary>
    public static int LengthFor(int shardCount) => FixedLength + ((shardCount + 1) * ChecksumLength);

    /// <summary>The CRC-32C of bytes.</summary>
    public static uint ChecksumOf(ReadOnlySpan<byte> bytes)
    {
        uint checksum = uint.MaxValue;
        while (bytes.Length >= sizeof(ulong))
        {
            checksum = System.Numerics.BitOperations.Crc32C(checksum, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }

        foreach (byte value in bytes)
        {
            checksum = System.Numerics.BitOperations.Crc32C(checksum, value);
        }

        return ~checksum;
    }

    /// <summary>Writes the header.</summary>
    public byte[] Encode()
    {
        byte[] header = new byte[LengthFor(Layout.ShardCount)];
        Magic.CopyTo(header);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(8), Version);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(10), (ushort)Layout.DataCount);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(12), (ushort)Layout.ParityCount);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(16), Layout.FileSize);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(24), Layout.ShardSize);
        Hash.CopyTo(header.AsSpan(32));
        for (int i = 0; i < Checksums.Length; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(FixedLength + (i * ChecksumLength)), Checksums[i]);
        }

        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(header.Length - ChecksumLength), ChecksumOf(header.AsSpan(0, header.Length - ChecksumLength)));
        return header;
    }

    /// <summary>Reads the header that the bytes begin with.</summary>
    /// <returns>Null if they do not begin with a sound one.</returns>
    public static ParityHeader? TryDecode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < FixedLength || !bytes.StartsWith(Magic) || BinaryPrimitives.ReadUInt16LittleEndian(bytes[8..]) != Version)
        {
            return null;
        }

        var layout = new ParityLayout(
            BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]),
            BinaryPrimitives.ReadInt32LittleEndian(bytes[24..]),
            BinaryPrimitives.ReadUInt16LittleEndian(bytes[10..]),
            BinaryPrimitives.ReadUInt16LittleEndian(bytes[12..]));
        int length = LengthFor(layout.ShardCount);
        if (!layout.IsPlausible || bytes.Length < length
            || ChecksumOf(bytes[..(length - ChecksumLength)]) != BinaryPrimitives.ReadUInt32LittleEndian(bytes[(length - ChecksumLength)..]))
        {
            return null;
        }

        uint[] checksums = new uint[layout.ShardCount];
        for (int i = 0; i < checksums.Length; i++)
        {
            checksums[i] = BinaryPrimitives.ReadUInt32LittleEndian(bytes[(FixedLength + (i * ChecksumLength))..]);
        }

        return new ParityHeader(layout, new Sha256Hash(bytes.Slice(32, Sha256Hash.Size)), checksums);
    }
}
