using System.Numerics;

namespace HandyBackup.Repository;

/// <summary>
/// Sorted prefixes of evenly spread ids with a table over their first bits, about one prefix for each place of it: a search looks at two or three numbers,
/// whatever the length. If they are not evenly spread it is slower only. Never changes.
/// </summary>
internal sealed class FanOut
{
    private readonly ulong[] _prefixes;
    private readonly int[] _starts;
    private readonly int _shift;

    /// <summary>Makes the table.</summary>
    /// <param name="prefixes">The prefixes in ascending order; from now on this object's own.</param>
    public FanOut(ulong[] prefixes)
    {
        int bits = BitOperations.Log2((uint)prefixes.Length | 1) + 1;
        _shift = 64 - bits;
        _prefixes = prefixes;
        _starts = new int[(1 << bits) + 1];
        int position = 0;
        for (int bucket = 0; bucket < _starts.Length; bucket++)
        {
            while (position < prefixes.Length && prefixes[position] >> _shift < (ulong)bucket)
            {
                position++;
            }

            _starts[bucket] = position;
        }
    }

    /// <summary>How many prefixes there are.</summary>
    public int Count => _prefixes.Length;

    /// <summary>The prefix at this position.</summary>
    public ulong this[int position] => _prefixes[position];

    /// <summary>The position of the first prefix that is not below <paramref name="prefix"/>; <see cref="Count"/> if all are.</summary>
    public int FirstAtLeast(ulong prefix)
    {
        ulong bucket = prefix >> _shift;
        int low = _starts[bucket];
        int high = _starts[bucket + 1];
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_prefixes[middle] < prefix)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }
}
