using System.Diagnostics.CodeAnalysis;
using HandyBackup.Contracts;

namespace HandyBackup.Repository;

/// <summary>
/// A blob's place as indexes hold it in memory and in cache files: 48 bytes in the machine's own byte order. The pack is a number that only the
/// index can turn into an id.
/// </summary>
[SuppressMessage("Performance", "CA1815", Justification = "Entries are compared by place or by order, never as a whole.")]
internal readonly struct BlobEntry
{
    private const uint TreeFlag = 1u << 31;

    private readonly Sha256Hash _hash;
    private readonly uint _packAndType;
    private readonly uint _offset;
    private readonly uint _length;
    private readonly uint _uncompressedLength;

    public BlobEntry(int packNumber, in PackedBlob blob)
    {
        _hash = blob.Key.Id.Hash;
        _packAndType = (uint)packNumber | FlagOf(blob.Key.Type);
        _offset = blob.Offset;
        _length = blob.Length;
        _uncompressedLength = blob.UncompressedLength;
    }

    /// <summary>The blob's hash.</summary>
    public Sha256Hash Hash => _hash;

    /// <summary>The index's number of the pack.</summary>
    public int PackNumber => (int)(_packAndType & ~TreeFlag);

    /// <summary>The blob and its place in the pack.</summary>
    public PackedBlob Blob
    {
        get
        {
            BlobType type = (_packAndType & TreeFlag) != 0 ? BlobType.Tree : BlobType.Data;
            return new PackedBlob(new BlobKey(new BlobId(_hash), type), _offset, _length, _uncompressedLength);
        }
    }

    /// <summary>True if this is a place of the blob.</summary>
    public bool IsOf(in BlobKey key) => _hash == key.Id.Hash && (_packAndType & TreeFlag) == FlagOf(key.Type);

    /// <summary>True if both are the same blob at the same offset of the same pack.</summary>
    public bool IsSamePlace(in BlobEntry other) => _hash == other._hash && _packAndType == other._packAndType && _offset == other._offset;

    /// <summary>True if all places of the blob come after this entry in the order of <see cref="CompareTo"/>.</summary>
    public bool IsBefore(in BlobKey key)
    {
        int order = _hash.CompareTo(key.Id.Hash);
        return order < 0 || (order == 0 && (_packAndType & TreeFlag) < FlagOf(key.Type));
    }

    /// <summary>Order by hash, then type, pack number and offset.</summary>
    public int CompareTo(in BlobEntry other)
    {
        int order = _hash.CompareTo(other._hash);
        order = order != 0 ? order : _packAndType.CompareTo(other._packAndType);
        return order != 0 ? order : _offset.CompareTo(other._offset);
    }

    private static uint FlagOf(BlobType type) => type == BlobType.Tree ? TreeFlag : 0;
}
