namespace HandyBackup.Repository;

/// <summary>A stretch of a pack that is read at once. None ends within a blob.</summary>
/// <param name="Start">Where it begins.</param>
/// <param name="Length">How long it is.</param>
/// <param name="FirstBlob">The number of the first blob that ends in it.</param>
/// <param name="EndBlob">The number after that of the last blob that ends in it.</param>
internal readonly record struct PackPiece(long Start, int Length, int FirstBlob, int EndBlob)
{
    // Few requests for each pack, and short enough to stay in the processor's cache while it is hashed and opened.
    private const int TargetLength = 4 * 1024 * 1024;

    /// <summary>Cuts a whole pack into pieces, in order. Only a blob that is longer than a piece makes a longer one.</summary>
    /// <param name="blobs">Its blobs in order of their offsets; none ends beyond the pack.</param>
    /// <param name="size">The length of the pack.</param>
    public static IEnumerable<PackPiece> Cut(IReadOnlyList<PackedBlob> blobs, long size)
    {
        int first = 0;
        for (long start = 0; start < size;)
        {
            long end = Math.Min(start + TargetLength, size);
            int next = first;
            while (next < blobs.Count && blobs[next].End <= end)
            {
                next++;
            }

            if (next < blobs.Count && blobs[next].Offset < end)
            {
                // It does not fit any more: it begins the next piece, or is one of its own.
                end = blobs[next].Offset > start ? blobs[next].Offset : blobs[next++].End;
            }

            yield return new PackPiece(start, (int)(end - start), first, next);
            (start, first) = (end, next);
        }
    }
}
