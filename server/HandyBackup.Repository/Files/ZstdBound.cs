namespace HandyBackup.Repository;

/// <summary>How long content can be that a zstd frame of a given length holds. What promises more lies, and no memory is taken for it.</summary>
internal static class ZstdBound
{
    // A block takes four bytes at least and holds 128 KiB at most (RFC 8878, sections 3.1.1.2 and 3.1.1.2.4).
    private const long MostPerByte = 128 * 1024 / 4;

    /// <summary>False if no frame of this length can hold so much.</summary>
    public static bool IsPossible(long contentLength, long frameLength) => contentLength <= MostPerByte * frameLength;
}
