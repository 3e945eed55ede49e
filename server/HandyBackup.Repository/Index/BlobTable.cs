namespace HandyBackup.Repository;

/// <summary>
/// Places of blobs in an open-addressing table over a few big arrays without references, about 60 bytes for each. Reading takes no lock and may go
/// on while one thread adds.
/// </summary>
internal sealed class BlobTable
{
    private const int ChunkBits = 14;
    private const int ChunkSize = 1 << ChunkBits;
    private const int InitialSlots = 1 << 12;

    // Published in this order: entry, chunk list, slot, tag. Who sees the tag sees all the rest.
    private volatile BlobEntry[][] _chunks = [];
    private volatile SlotTable _slots = new(InitialSlots);
    private volatile int _count;

    /// <summary>How many places there are; a blob that lies in two packs counts twice.</summary>
    public int Count => _count;

    /// <summary>The place that was added as this many-th.</summary>
    public ref readonly BlobEntry this[int position] => ref GetEntry(_chunks, position);

    /// <summary>Finds the place of a blob that was added first, or after the one found before.</summary>
    /// <param name="key">The blob.</param>
    /// <param name="cursor">Where to go on: <see cref="Cursor.First"/>, or what the last call gave.</param>
    /// <param name="position">The place as an index for this table.</param>
    public bool TryFindNext(BlobKey key, ref Cursor cursor, out int position)
    {
        SlotTable slots = _slots;
        byte tag = cursor.Tag;
        for (uint slot = cursor.Slot; ; slot++)
        {
            byte found = Volatile.Read(ref slots.Tags[slot & slots.Mask]);
            if (found == 0)
            {
                position = -1;
                return false;
            }

            if (found == tag)
            {
                position = slots.Positions[slot & slots.Mask];
                if (GetEntry(_chunks, position).IsOf(key))
                {
                    cursor = cursor with { Slot = slot + 1 };
                    return true;
                }
            }
        }
    }

    /// <summary>Adds a place unless it is there. One thread at a time.</summary>
    public void Add(in BlobEntry entry)
    {
        BlobKey key = entry.Blob.Key;
        var first = Cursor.First(key);
        Cursor cursor = first;
        while (TryFindNext(key, ref cursor, out int known))
        {
            if (GetEntry(_chunks, known).IsSamePlace(entry))
            {
                return;
            }
        }

        int position = _count;
        if ((position & (ChunkSize - 1)) == 0)
        {
            _chunks = [.. _chunks, new BlobEntry[ChunkSize]];
        }

        GetEntry(_chunks, position) = entry;
        if (_slots.IsFull(position))
        {
            _slots = Grow(position);
        }

        _slots.Insert(first, position);
        _count = position + 1;
    }

    private static ref BlobEntry GetEntry(BlobEntry[][] chunks, int position) => ref chunks[position >> ChunkBits][position & (ChunkSize - 1)];

    private SlotTable Grow(int count)
    {
        var larger = new SlotTable(_slots.Tags.Length * 2);
        BlobEntry[][] chunks = _chunks;
        for (int position = 0; position < count; position++)
        {
            larger.Insert(new Cursor(GetEntry(chunks, position).Hash.Prefix), position);
        }

        return larger;
    }

    /// <summary>Where a search goes on. SHA-256 is evenly spread, so its own bits are the hash: low ones choose the slot, high ones the tag.</summary>
    internal readonly record struct Cursor(uint Slot, byte Tag)
    {
        internal Cursor(ulong prefix)
            : this((uint)prefix, (byte)Math.Max(1, prefix >> 56))
        {
        }

        /// <summary>Where the search for a blob begins.</summary>
        public static Cursor First(BlobKey key) => new(key.Id.Hash.Prefix);
    }

    // A byte of the hash beside each slot answers nearly every look-up of an unknown blob without touching its entry.
    private sealed class SlotTable(int size)
    {
        public readonly byte[] Tags = new byte[size];
        public readonly int[] Positions = new int[size];
        public readonly uint Mask = (uint)size - 1;

        public bool IsFull(int count) => count >= size - (size / 4);

        public void Insert(Cursor cursor, int position)
        {
            uint slot = cursor.Slot & Mask;
            while (Tags[slot] != 0)
            {
                slot = (slot + 1) & Mask;
            }

            Positions[slot] = position;
            Volatile.Write(ref Tags[slot], cursor.Tag);
        }
    }
}
