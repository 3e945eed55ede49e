using System.Numerics;

namespace HandyBackup.Repository;

/// <summary>
/// Numbers packs in the order in which they come, about 45 bytes for each. Ids may be read by their number while one thread adds; everything else is
/// for one thread at a time.
/// </summary>
internal sealed class PackTable
{
    private const int InitialSize = 16;

    // 2^64 divided by the golden ratio: ids that somebody chose are spread too, unless he chose them for this number.
    private const ulong Spread = 0x9E3779B97F4A7C15;

    private volatile PackId[] _packs = new PackId[InitialSize];

    // Numbers plus one; 0 is a free slot. Never fuller than half, since there are as many packs as room for them or fewer.
    private int[] _slots = new int[2 * InitialSize];

    /// <summary>How many packs there are.</summary>
    public int Count { get; private set; }

    /// <summary>The pack with this number.</summary>
    public PackId this[int number] => _packs[number];

    /// <summary>Finds a pack's number.</summary>
    /// <returns>The number; -1 if the pack is unknown.</returns>
    public int Find(PackId pack) => _slots[FindSlot(pack)] - 1;

    /// <summary>Finds a pack's number or gives it the next one.</summary>
    public int FindOrAdd(PackId pack)
    {
        int slot = FindSlot(pack);
        if (_slots[slot] != 0)
        {
            return _slots[slot] - 1;
        }

        if (Count == _packs.Length)
        {
            Grow();
            slot = FindSlot(pack);
        }

        _packs[Count] = pack;
        _slots[slot] = ++Count;
        return Count - 1;
    }

    private void Grow()
    {
        PackId[] packs = _packs;
        Array.Resize(ref packs, packs.Length * 2);
        _packs = packs;
        _slots = new int[2 * packs.Length];
        for (int number = 0; number < Count; number++)
        {
            _slots[FindSlot(packs[number])] = number + 1;
        }
    }

    private int FindSlot(PackId pack)
    {
        int mask = _slots.Length - 1;
        ulong prefix = pack.Hash.Prefix;
        int slot = (int)(((prefix ^ (prefix >> 32)) * Spread) >> BitOperations.LeadingZeroCount((ulong)mask));
        while (_slots[slot] != 0 && _packs[_slots[slot] - 1] != pack)
        {
            slot = (slot + 1) & mask;
        }

        return slot;
    }
}
