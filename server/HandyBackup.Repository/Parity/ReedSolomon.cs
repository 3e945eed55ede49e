using System.Buffers;

namespace HandyBackup.Repository;

/// <summary>
/// A systematic Reed-Solomon code over GF(2^8): data shards stay as they are, and from as many parity shards as data shards are lost, whichever these
/// are, the lost ones come back. Its matrix is Cauchy's, every square part of which can be inverted (J. Blömer et al., "An XOR-Based
/// Erasure-Resilient Coding Scheme", 1995). Immutable and safe to share between threads.
/// </summary>
internal sealed class ReedSolomon
{
    /// <summary>The most shards, data and parity together.</summary>
    public const int MaxShards = 255;

    // Together the parity blocks that are worked on stay in the second-level cache; a data block is read once for all of them.
    private const int CachedParity = 256 * 1024;
    private const int MinBlock = 4 * 1024;
    private const int MaxBlock = 32 * 1024;

    private readonly byte[] _matrix;
    private readonly GaloisPath _path;

    /// <summary>Makes the code.</summary>
    /// <param name="dataCount">How many data shards; at least 1.</param>
    /// <param name="parityCount">How many parity shards; at least 1.</param>
    /// <param name="path">How to multiply; null for the fastest way.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are too few or too many shards.</exception>
    public ReedSolomon(int dataCount, int parityCount, GaloisPath? path = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dataCount, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(parityCount, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(dataCount + parityCount, MaxShards);
        DataCount = dataCount;
        ParityCount = parityCount;
        _path = path ?? GaloisVectors.Best;
        _matrix = CreateMatrix(dataCount, parityCount);
    }

    /// <summary>How many data shards there are.</summary>
    public int DataCount { get; }

    /// <summary>How many parity shards there are.</summary>
    public int ParityCount { get; }

    /// <summary>Computes all parity shards.</summary>
    /// <param name="data">The data shards one after the other; zeros stand for what is missing at the end.</param>
    /// <param name="shardSize">Length of each shard in bytes.</param>
    /// <param name="parity">Takes the parity shards one after the other.</param>
    public void Encode(ReadOnlySpan<byte> data, int shardSize, Span<byte> parity)
    {
        parity[..(ParityCount * shardSize)].Clear();
        AddProducts(_matrix, ParityCount, data, shardSize, parity, default);
    }

    /// <summary>Brings lost data shards back.</summary>
    /// <param name="data">All data shards one after the other; what the lost ones hold does not matter, and they are written.</param>
    /// <param name="parity">All parity shards one after the other; what the lost ones hold does not matter.</param>
    /// <param name="shardSize">Length of each shard in bytes.</param>
    /// <param name="lost">For each shard, data first, whether it is lost.</param>
    /// <returns>False if more data shards are lost than parity shards are there.</returns>
    public bool TryReconstruct(Span<byte> data, ReadOnlySpan<byte> parity, int shardSize, ReadOnlySpan<bool> lost)
    {
        List<int> lostData = [];
        for (int i = 0; i < DataCount; i++)
        {
            if (lost[i])
            {
                lostData.Add(i);
            }
        }

        List<int> usedParity = [];
        for (int i = 0; i < ParityCount && usedParity.Count < lostData.Count; i++)
        {
            if (!lost[DataCount + i])
            {
                usedParity.Add(i);
            }
        }

        if (usedParity.Count < lostData.Count)
        {
            return false;
        }

        if (lostData.Count > 0)
        {
            Reconstruct(data, parity, shardSize, lost[..DataCount], lostData, usedParity);
        }

        return true;
    }

    private void Reconstruct(Span<byte> data, ReadOnlySpan<byte> parity, int shardSize, ReadOnlySpan<bool> lost, List<int> lostData, List<int> usedParity)
    {
        int count = lostData.Count;
        byte[] rows = new byte[count * DataCount];
        byte[] square = new byte[count * count];
        byte[] buffer = ArrayPool<byte>.Shared.Rent(count * shardSize);
        Span<byte> sums = buffer.AsSpan(0, count * shardSize);
        for (int row = 0; row < count; row++)
        {
            parity.Slice(usedParity[row] * shardSize, shardSize).CopyTo(sums[(row * shardSize)..]);
            _matrix.AsSpan(usedParity[row] * DataCount, DataCount).CopyTo(rows.AsSpan(row * DataCount));
            for (int column = 0; column < count; column++)
            {
                square[(row * count) + column] = rows[(row * DataCount) + lostData[column]];
            }
        }

        // What is left of the parity after the shards that are there were taken away is the lost ones' part alone.
        AddProducts(rows, count, data, shardSize, sums, lost);
        byte[] inverse = GaloisMatrix.Invert(square, count);
        for (int shard = 0; shard < count; shard++)
        {
            Span<byte> restored = data.Slice(lostData[shard] * shardSize, shardSize);
            restored.Clear();
            for (int row = 0; row < count; row++)
            {
                GaloisVectors.MultiplyAdd(_path, inverse[(shard * count) + row], sums.Slice(row * shardSize, shardSize), restored);
            }
        }

        ArrayPool<byte>.Shared.Return(buffer);
    }

    private void AddProducts(ReadOnlySpan<byte> rows, int rowCount, ReadOnlySpan<byte> data, int shardSize, Span<byte> sums, ReadOnlySpan<bool> skipped)
    {
        int block = Math.Clamp(CachedParity / rowCount, MinBlock, MaxBlock);
        for (int start = 0; start < shardSize; start += block)
        {
            for (int shard = 0; shard < DataCount; shard++)
            {
                long position = ((long)shard * shardSize) + start;
                int length = (int)Math.Min(Math.Min(block, shardSize - start), data.Length - position);
                if (length <= 0 || (!skipped.IsEmpty && skipped[shard]))
                {
                    continue;
                }

                ReadOnlySpan<byte> source = data.Slice((int)position, length);
                for (int row = 0; row < rowCount; row++)
                {
                    GaloisVectors.MultiplyAdd(_path, rows[(row * DataCount) + shard], source, sums.Slice((row * shardSize) + start, length));
                }
            }
        }
    }

    // Columns are scaled so that the first row is all ones: parity of a single shard is then its copy.
    private static byte[] CreateMatrix(int dataCount, int parityCount)
    {
        byte[] matrix = new byte[parityCount * dataCount];
        for (int column = 0; column < dataCount; column++)
        {
            byte scale = (byte)(dataCount ^ column);
            for (int row = 0; row < parityCount; row++)
            {
                byte cauchy = GaloisField.Invert((byte)((dataCount + row) ^ column));
                matrix[(row * dataCount) + column] = GaloisField.Multiply(cauchy, scale);
            }
        }

        return matrix;
    }
}
