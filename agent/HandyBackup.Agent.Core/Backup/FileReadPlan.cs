using System.Numerics;
using HandyBackup.Agent.Core.Chunking;

namespace HandyBackup.Agent.Core.Backup;

/// <summary>How much memory a file is read with.</summary>
/// <param name="BufferSize">The size of one buffer in bytes.</param>
/// <param name="Buffers">How many there may be: one if the file should fit into it, two to fill one while the other's chunks are saved.</param>
internal readonly record struct FileReadPlan(int BufferSize, int Buffers)
{
    // The longest chunk has to fit; what is left of a buffer, half a chunk as a rule, is copied into the next one.
    private const int LargestBuffer = ContentChunker.MaxSize;

    // What an item costs beside its content: nodes, tasks, paths.
    private const int SmallestBuffer = 16 * 1024;

    /// <summary>For an item without content to read.</summary>
    public static FileReadPlan Smallest { get; } = new(SmallestBuffer, 1);

    /// <summary>For a file of any length, in a stream.</summary>
    public static FileReadPlan Streamed { get; } = new(LargestBuffer, 2);

    /// <summary>What the plan takes from the <see cref="MemoryBudget"/>.</summary>
    public long Cost => (long)BufferSize * Buffers;

    /// <summary>Chooses a plan for a file of the length that listing told; null if it did not.</summary>
    public static FileReadPlan For(long? size)
    {
        if (size is null or >= LargestBuffer)
        {
            return Streamed;
        }

        // One byte more, so that the end of the file is seen without another buffer; powers of two are what pools hold.
        int buffer = Math.Max((int)BitOperations.RoundUpToPowerOf2((uint)size.Value + 1), SmallestBuffer);
        return new FileReadPlan(buffer, 1);
    }
}
