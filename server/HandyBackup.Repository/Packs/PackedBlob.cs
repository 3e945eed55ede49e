namespace HandyBackup.Repository;

/// <summary>Where a blob lies in its pack.</summary>
/// <param name="Key">The blob.</param>
/// <param name="Offset">Where its sealed bytes begin in the pack.</param>
/// <param name="Length">How many sealed bytes there are.</param>
/// <param name="UncompressedLength">Length of the plain content if it is compressed; 0 if it is not, as restic writes it.</param>
internal readonly record struct PackedBlob(BlobKey Key, uint Offset, uint Length, uint UncompressedLength)
{
    /// <summary>True if the opened bytes are a zstd frame.</summary>
    public bool IsCompressed => UncompressedLength != 0;

    /// <summary>Length of the plain content. Negative if the sealed bytes are too few to be any.</summary>
    public long PlainLength => IsCompressed ? UncompressedLength : (long)Length - MasterKey.Overhead;

    /// <summary>Where the sealed bytes end.</summary>
    public long End => (long)Offset + Length;

    /// <summary>True if the lengths are such that a buffer may be made for them.</summary>
    public bool IsPlausible => Length is >= MasterKey.Overhead and <= PackFormat.MaxBlobLength && UncompressedLength <= PackFormat.MaxBlobLength
        && ZstdBound.IsPossible(UncompressedLength, Length - MasterKey.Overhead);
}
