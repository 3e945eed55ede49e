using System.Numerics;

namespace HandyBackup.Agent.Core.Memory;

/// <summary>
/// A piece of memory divided by halves ("buddies"): a block that comes back is joined with its other half when that is free, too. For one thread
/// at a time.
/// </summary>
internal sealed class Slab
{
    /// <summary>Bytes in a slab.</summary>
    public const int Size = 16 * 1024 * 1024;

    /// <summary>Bytes of the smallest block, of order 0; each order is twice as large.</summary>
    public const int SmallestBlock = 4096;

    private const int Leaves = Size / SmallestBlock;
    private static readonly int s_topOrder = BitOperations.Log2(Leaves);

    // A binary tree in an array, the root at 1: for each node one more than the order of the largest free block below it, 0 if there is none.
    private readonly byte[] _free = new byte[2 * Leaves];

    public Slab()
    {
        for (int node = 1; node < _free.Length; node++)
        {
            _free[node] = WholeOf(node);
        }
    }

    /// <summary>The memory. Pinned, so that the collector never moves so much.</summary>
    public byte[] Bytes { get; } = GC.AllocateUninitializedArray<byte>(Size, pinned: true);

    /// <summary>True if nothing of it is in use.</summary>
    public bool IsEmpty => _free[1] == WholeOf(1);

    /// <summary>The order of the smallest block that holds so many bytes.</summary>
    public static int OrderOf(int length) => length <= SmallestBlock ? 0 : BitOperations.Log2((uint)length - 1) + 1 - BitOperations.Log2(SmallestBlock);

    /// <summary>Takes a block, the leftmost that fits.</summary>
    public bool TryTake(int order, out int offset)
    {
        offset = 0;
        int wanted = order + 1;
        if (_free[1] < wanted)
        {
            return false;
        }

        int node = 1;
        for (int level = s_topOrder; level > order; level--)
        {
            node *= 2;
            if (_free[node] < wanted)
            {
                node++;
            }
        }

        _free[node] = 0;
        offset = (node - (1 << (s_topOrder - order))) * (SmallestBlock << order);
        Update(node / 2);
        return true;
    }

    /// <summary>Gives back the block that begins there.</summary>
    public void Return(int offset)
    {
        // What is taken has a 0, and what lies below it is still marked as free.
        int node = Leaves + (offset / SmallestBlock);
        while (_free[node] != 0)
        {
            node /= 2;
        }

        _free[node] = WholeOf(node);
        Update(node / 2);
    }

    private static byte WholeOf(int node) => (byte)(s_topOrder - BitOperations.Log2((uint)node) + 1);

    private void Update(int node)
    {
        for (; node > 0; node /= 2)
        {
            byte left = _free[2 * node];
            byte right = _free[(2 * node) + 1];
            byte whole = WholeOf(node);
            _free[node] = left == whole - 1 && right == whole - 1 ? whole : Math.Max(left, right);
        }
    }
}
