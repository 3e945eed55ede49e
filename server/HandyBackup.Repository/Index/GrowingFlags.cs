using System.Numerics;

namespace HandyBackup.Repository;

/// <summary>One bit for each entry of an index that may grow: memory is taken where bits are set. Setting and testing is safe to share between threads.</summary>
internal sealed class GrowingFlags
{
    private const int ChunkBits = 16;
    private const int ChunkLength = 1 << ChunkBits;

    private readonly Lock _growing = new();
    private volatile int[]?[] _chunks = [];

    /// <summary>True if the entry's bit is set.</summary>
    public bool IsSet(int entry)
    {
        int[]?[] chunks = _chunks;
        int chunk = entry >> ChunkBits;
        return chunk < chunks.Length && chunks[chunk] is { } bits && (Volatile.Read(ref bits[WordOf(entry)]) & MaskOf(entry)) != 0;
    }

    /// <summary>Sets the entry's bit.</summary>
    /// <returns>False if it was set before.</returns>
    public bool TrySet(int entry)
    {
        int chunk = entry >> ChunkBits;
        int[]?[] chunks = _chunks;
        int[] bits = (chunk < chunks.Length ? chunks[chunk] : null) ?? AddChunk(chunk);
        return (Interlocked.Or(ref bits[WordOf(entry)], MaskOf(entry)) & MaskOf(entry)) == 0;
    }

    /// <summary>The entries whose bits are set, in ascending order.</summary>
    public IEnumerable<int> Enumerate()
    {
        int[]?[] chunks = _chunks;
        for (int chunk = 0; chunk < chunks.Length; chunk++)
        {
            for (int word = 0; chunks[chunk] is { } bits && word < bits.Length; word++)
            {
                for (uint left = (uint)Volatile.Read(ref bits[word]); left != 0; left &= left - 1)
                {
                    yield return (chunk << ChunkBits) + (word << 5) + BitOperations.TrailingZeroCount(left);
                }
            }
        }
    }

    private static int WordOf(int entry) => (entry & (ChunkLength - 1)) >> 5;

    private static int MaskOf(int entry) => 1 << (entry & 31);

    private int[] AddChunk(int chunk)
    {
        lock (_growing)
        {
            int[]?[] chunks = _chunks;
            if (chunk < chunks.Length && chunks[chunk] is { } existing)
            {
                return existing;
            }

            int[]?[] grown = new int[]?[Math.Max(chunks.Length, chunk + 1)];
            chunks.CopyTo(grown, 0);
            int[] bits = new int[ChunkLength / 32];
            grown[chunk] = bits;
            _chunks = grown;
            return bits;
        }
    }
}
