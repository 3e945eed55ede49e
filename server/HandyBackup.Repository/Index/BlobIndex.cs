using System.Diagnostics.CodeAnalysis;
using HandyBackup.Contracts;

namespace HandyBackup.Repository;

/// <summary>
/// Where every stored blob lies: an open-addressing table over a few big arrays without references, about 60 bytes for each blob.
/// Reading takes no lock and may go on while blobs are added; adding takes one.
/// </summary>
internal sealed class BlobIndex
{
    private const int ChunkBits = 14;
    private const int ChunkSize = 1 << ChunkBits;
    private const int InitialSlots = 1 << 12;
    private const uint TreeFlag = 1u << 31;

    private readonly Lock _adding = new();
    private readonly Dictionary<PackId, int> _packNumbers = [];

    // Published in this order: entry, chunk list and pack list, slot, tag. Who sees the tag sees all the rest.
    private volatile Entry[][] _chunks = [];
    private volatile PackId[] _packs = new PackId[16];
    private volatile SlotTable _slots = new(InitialSlots);
    private volatile int _count;

    /// <summary>How many places of blobs are known; a blob that lies in two packs counts twice.</summary>
    public int Count => _count;

    /// <summary>How many packs are known.</summary>
    public int PackCount
    {
        get
        {
            lock (_adding)
            {
                return _packNumbers.Count;
            }
        }
    }

    /// <summary>Adds the blobs of a pack. What is known already is not added again: the same pack may stand in several index files.</summary>
    public void Add(PackId pack, ReadOnlySpan<PackedBlob> blobs)
    {
        lock (_adding)
        {
            int packNumber = GetPackNumber(pack);
            foreach (ref readonly PackedBlob blob in blobs)
            {
                Add(packNumber, blob);
            }
        }
    }

    /// <summary>Says whether the blob is known.</summary>
    public bool Contains(BlobKey key) => FindNext(key, new Probe(key), out _, out _);

    /// <summary>Finds one place of a blob, as a number for <see cref="GetPlace"/>.</summary>
    public bool TryFind(BlobKey key, out int entry) => FindNext(key, new Probe(key), out entry, out _);

    /// <summary>Finds all places of a blob, as numbers for <see cref="GetPlace"/>: for when the first turns out to be damaged.</summary>
    public List<int> FindAll(BlobKey key)
    {
        List<int> entries = [];
        var probe = new Probe(key);
        while (FindNext(key, probe, out int entry, out probe))
        {
            entries.Add(entry);
        }

        return entries;
    }

    /// <summary>The place that was added as this many-th, from 0 to <see cref="Count"/> - 1.</summary>
    public BlobPlace GetPlace(int entry)
    {
        ref readonly Entry found = ref GetEntry(_chunks, entry);
        int packNumber = (int)(found.PackAndType & ~TreeFlag);
        BlobType type = (found.PackAndType & TreeFlag) != 0 ? BlobType.Tree : BlobType.Data;
        var blob = new PackedBlob(new BlobKey(new BlobId(found.Hash), type), found.Offset, found.Length, found.UncompressedLength);
        return new BlobPlace(_packs[packNumber], packNumber, blob);
    }

    /// <summary>The id of a pack by its number, from 0 to <see cref="PackCount"/> - 1.</summary>
    public PackId GetPack(int packNumber) => _packs[packNumber];

    /// <summary>Finds a pack's number.</summary>
    public bool TryGetPackNumber(PackId pack, out int packNumber)
    {
        lock (_adding)
        {
            return _packNumbers.TryGetValue(pack, out packNumber);
        }
    }

    private static ref Entry GetEntry(Entry[][] chunks, int entry) => ref chunks[entry >> ChunkBits][entry & (ChunkSize - 1)];

    private bool FindNext(BlobKey key, Probe start, out int entry, out Probe next)
    {
        SlotTable slots = _slots;
        uint typeFlag = key.Type == BlobType.Tree ? TreeFlag : 0;
        for (uint position = start.Position; ; position++)
        {
            byte tag = Volatile.Read(ref slots.Tags[position & slots.Mask]);
            if (tag == 0)
            {
                (entry, next) = (-1, default);
                return false;
            }

            if (tag == start.Tag)
            {
                entry = slots.Entries[position & slots.Mask];
                ref readonly Entry candidate = ref GetEntry(_chunks, entry);
                if (candidate.Hash == key.Id.Hash && (candidate.PackAndType & TreeFlag) == typeFlag)
                {
                    next = start with { Position = position + 1 };
                    return true;
                }
            }
        }
    }

    private void Add(int packNumber, in PackedBlob blob)
    {
        var probe = new Probe(blob.Key);
        uint packAndType = (uint)packNumber | (blob.Key.Type == BlobType.Tree ? TreeFlag : 0);
        while (FindNext(blob.Key, probe, out int known, out probe))
        {
            ref readonly Entry same = ref GetEntry(_chunks, known);
            if (same.PackAndType == packAndType && same.Offset == blob.Offset)
            {
                return;
            }
        }

        int entry = _count;
        if ((entry & (ChunkSize - 1)) == 0)
        {
            _chunks = [.. _chunks, new Entry[ChunkSize]];
        }

        GetEntry(_chunks, entry) = new Entry(blob.Key.Id.Hash, packAndType, blob.Offset, blob.Length, blob.UncompressedLength);
        if (_slots.IsFull(entry))
        {
            _slots = Grow(entry);
        }

        _slots.Insert(new Probe(blob.Key), entry);
        _count = entry + 1;
    }

    private SlotTable Grow(int count)
    {
        var larger = new SlotTable(_slots.Tags.Length * 2);
        Entry[][] chunks = _chunks;
        for (int entry = 0; entry < count; entry++)
        {
            larger.Insert(new Probe(GetEntry(chunks, entry).Hash), entry);
        }

        return larger;
    }

    private int GetPackNumber(PackId pack)
    {
        if (_packNumbers.TryGetValue(pack, out int number))
        {
            return number;
        }

        number = _packNumbers.Count;
        _packNumbers.Add(pack, number);
        PackId[] packs = _packs;
        if (number == packs.Length)
        {
            Array.Resize(ref packs, number * 2);
        }

        packs[number] = pack;
        _packs = packs;
        return number;
    }

    // 48 bytes.
    [SuppressMessage("Performance", "CA1815", Justification = "Entries are never compared as a whole.")]
    private readonly struct Entry(Sha256Hash hash, uint packAndType, uint offset, uint length, uint uncompressedLength)
    {
        public readonly Sha256Hash Hash = hash;
        public readonly uint PackAndType = packAndType;
        public readonly uint Offset = offset;
        public readonly uint Length = length;
        public readonly uint UncompressedLength = uncompressedLength;
    }

    // SHA-256 is evenly spread, so its own bits are the hash: low ones choose the slot, high ones the tag.
    private readonly record struct Probe(uint Position, byte Tag)
    {
        public Probe(BlobKey key)
            : this(key.Id.Hash)
        {
        }

        public Probe(Sha256Hash hash)
            : this((uint)hash.Prefix, (byte)Math.Max(1, hash.Prefix >> 56))
        {
        }
    }

    // A byte of the hash beside each slot answers nearly every look-up of an unknown blob without touching its entry.
    private sealed class SlotTable(int size)
    {
        public readonly byte[] Tags = new byte[size];
        public readonly int[] Entries = new int[size];
        public readonly uint Mask = (uint)size - 1;

        public bool IsFull(int count) => count >= size - (size / 4);

        public void Insert(Probe probe, int entry)
        {
            uint position = probe.Position & Mask;
            while (Tags[position] != 0)
            {
                position = (position + 1) & Mask;
            }

            Entries[position] = entry;
            Volatile.Write(ref Tags[position], probe.Tag);
        }
    }
}
