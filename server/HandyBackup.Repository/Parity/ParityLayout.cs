namespace HandyBackup.Repository;

/// <summary>How a file is cut into shards.</summary>
/// <param name="FileSize">Length of the file in bytes.</param>
/// <param name="ShardSize">Length of each shard in bytes; the last data shard may be shorter, and counts as filled up with zeros.</param>
/// <param name="DataCount">How many shards the file makes.</param>
/// <param name="ParityCount">How many parity shards there are.</param>
internal readonly record struct ParityLayout(long FileSize, int ShardSize, int DataCount, int ParityCount)
{
    /// <summary>The longest file that gets parity: it is held whole in one buffer, filled up to whole shards.</summary>
    public const long MaxFileSize = 1L << 30;

    // Up to here parity is a copy: it costs less than a person would notice, and heals even a file that is gone.
    private const int MaxCopySize = 64 * 1024;

    // Damage comes in sectors and in pages of flash memory; smaller shards would heal no more of it.
    private const int MinShardSize = 4096;
    private const int ShardAlignment = 64;

    // One damaged place may lie across the border of two shards.
    private const int MinParityCount = 2;

    /// <summary>Bytes of all parity shards.</summary>
    public int ParitySize => ParityCount * ShardSize;

    /// <summary>Bytes of all data shards, filled up.</summary>
    public int PaddedSize => DataCount * ShardSize;

    /// <summary>All shards.</summary>
    public int ShardCount => DataCount + ParityCount;

    /// <summary>True for values that a writer may have chosen: within the bounds, and the shards fit the file.</summary>
    public bool IsPlausible =>
        FileSize is >= 0 and <= MaxFileSize && ShardSize >= 0 && ShardSize <= FileSize && DataCount >= 1 && ParityCount >= 1 && ShardCount <= ReedSolomon.MaxShards
        && (long)DataCount * ShardSize >= FileSize && (long)(DataCount - 1) * ShardSize <= FileSize
        && (long)DataCount * ShardSize <= Array.MaxLength && (long)ParityCount * ShardSize <= Array.MaxLength;

    /// <summary>Chooses the shards of a file.</summary>
    /// <param name="fileSize">Length of the file; at most <see cref="MaxFileSize"/>.</param>
    /// <param name="percent">How much parity there shall be at least, from 1 to 50.</param>
    /// <param name="isCopied">True for a whole copy, whatever the size.</param>
    public static ParityLayout Choose(long fileSize, int percent, bool isCopied)
    {
        if (isCopied || fileSize <= MaxCopySize)
        {
            return new ParityLayout(fileSize, (int)fileSize, 1, 1);
        }

        int most = ReedSolomon.MaxShards;
        while (most + CountParity(most, percent) > ReedSolomon.MaxShards)
        {
            most--;
        }

        int shardSize = (int)Math.Max(MinShardSize, DivideUp(DivideUp(fileSize, most), ShardAlignment) * ShardAlignment);
        int dataCount = (int)DivideUp(fileSize, shardSize);
        return new ParityLayout(fileSize, shardSize, dataCount, CountParity(dataCount, percent));
    }

    private static int CountParity(int dataCount, int percent) => (int)Math.Max(MinParityCount, DivideUp((long)dataCount * percent, 100));

    private static long DivideUp(long value, long divisor) => (value + divisor - 1) / divisor;
}
