using System.Buffers.Binary;
using HandyBackup.Contracts;

namespace HandyBackup.Repository;

/// <summary>
/// The layout of a pack: sealed blobs, sealed header, four bytes with the header's length (restic's doc/design.rst, "Pack Format").
/// </summary>
internal static class PackFormat
{
    /// <summary>Size at which a pack is closed: restic 0.14's default.</summary>
    public const int TargetSize = 16 * 1024 * 1024;

    /// <summary>Size at which a pack of trees is closed: trees are small, and who reads one reads its neighbours.</summary>
    public const int TreeTargetSize = 4 * 1024 * 1024;

    /// <summary>The longest blob that is handled, sealed or plain. Chunks have at most 8 MiB; the tree of a folder with a million entries has some hundred.</summary>
    public const int MaxBlobLength = 1024 * 1024 * 1024;

    /// <summary>The longest sealed header: restic's limit (internal/pack/pack.go, MaxHeaderSize).</summary>
    public const int MaxHeaderLength = 16 * 1024 * 1024;

    /// <summary>Bytes after the header.</summary>
    public const int TrailerLength = 4;

    /// <summary>Bytes that a pack has besides blobs and header entries.</summary>
    public const int Overhead = MasterKey.Overhead + TrailerLength;

    private const int EntryLength = 1 + 4 + Sha256Hash.Size;
    private const int CompressedEntryLength = EntryLength + 4;
    private const byte CompressedFlag = 2;

    /// <summary>Bytes of one blob's entry in the header.</summary>
    public static int GetEntryLength(bool isCompressed) => isCompressed ? CompressedEntryLength : EntryLength;

    /// <summary>Writes one header entry and returns its length.</summary>
    public static int WriteEntry(in PackedBlob blob, Span<byte> destination)
    {
        destination[0] = (byte)((int)blob.Key.Type | (blob.IsCompressed ? CompressedFlag : 0));
        BinaryPrimitives.WriteUInt32LittleEndian(destination.Slice(1), blob.Length);
        if (blob.IsCompressed)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(destination.Slice(5), blob.UncompressedLength);
        }

        int length = GetEntryLength(blob.IsCompressed);
        blob.Key.Id.Hash.CopyTo(destination.Slice(length - Sha256Hash.Size));
        return length;
    }

    /// <summary>Reads the length of the sealed header from the last bytes of a pack.</summary>
    /// <param name="packSize">Size of the pack file.</param>
    /// <param name="trailer">Its last four bytes.</param>
    /// <param name="headerLength">Length of the sealed header.</param>
    /// <returns>False if no such header can lie in the file.</returns>
    public static bool TryReadHeaderLength(long packSize, ReadOnlySpan<byte> trailer, out int headerLength)
    {
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(trailer);
        bool isPlausible = length is >= MasterKey.Overhead + EntryLength and <= MaxHeaderLength && length <= packSize - TrailerLength;
        headerLength = isPlausible ? (int)length : 0;
        return isPlausible;
    }

    /// <summary>Parses an opened header. The lengths in it must fill the pack exactly.</summary>
    /// <param name="header">The plain header.</param>
    /// <param name="packSize">Size of the pack file.</param>
    /// <param name="blobs">The blobs, in order of their offsets; an implausible header gives none.</param>
    /// <param name="reason">What is wrong with the header; null if nothing is.</param>
    public static bool TryParseHeader(ReadOnlySpan<byte> header, long packSize, out List<PackedBlob> blobs, out string? reason)
    {
        // The header's own length bounds this allocation.
        blobs = new List<PackedBlob>(header.Length / EntryLength);
        long offset = 0;
        long end = packSize - Overhead - header.Length;
        if (end is < 0 or > uint.MaxValue)
        {
            return Fail(blobs, out reason, "does not fit the pack's size");
        }

        while (header.Length > 0)
        {
            byte type = header[0];
            int length = GetEntryLength((type & CompressedFlag) != 0);
            if (type > 3 || header.Length < length)
            {
                return Fail(blobs, out reason, type > 3 ? $"has a blob of the unknown type {type}" : "ends within an entry");
            }

            uint sealedLength = BinaryPrimitives.ReadUInt32LittleEndian(header.Slice(1));
            uint uncompressedLength = (type & CompressedFlag) != 0 ? BinaryPrimitives.ReadUInt32LittleEndian(header.Slice(5)) : 0;
            var id = new BlobId(new Sha256Hash(header.Slice(length - Sha256Hash.Size, Sha256Hash.Size)));
            if (sealedLength > end - offset)
            {
                return Fail(blobs, out reason, "names blobs that lie beyond the end of the pack");
            }

            blobs.Add(new PackedBlob(new BlobKey(id, (BlobType)(type & 1)), (uint)offset, sealedLength, uncompressedLength));
            offset += sealedLength;
            header = header.Slice(length);
        }

        if (offset != end)
        {
            return Fail(blobs, out reason, "names blobs that do not fill the pack");
        }

        reason = null;
        return true;
    }

    private static bool Fail(List<PackedBlob> blobs, out string? reason, string what)
    {
        blobs.Clear();
        reason = what;
        return false;
    }
}
