using HandyBackup.Contracts;

namespace HandyBackup.Repository;

/// <summary>
/// Where every stored blob lies: the entries of a cache file, if there is one, and in memory what was added since. Entries and packs are numbered from
/// 0 on, those of the cache file first; a number stays the same while the object lives. Reading takes no lock and may go on while blobs are added;
/// adding takes one.
/// </summary>
/// <exception cref="HandyBackupException">Every look-up may find the cache file damaged: <see cref="ErrorCode.IndexDamaged"/>, transient.</exception>
internal sealed class BlobIndex(MappedIndex? cached) : IBlobSink
{
    private readonly Lock _adding = new();
    private readonly int _cachedCount = cached?.Count ?? 0;
    private readonly int _cachedPacks = cached?.PackCount ?? 0;
    private readonly BlobTable _recent = new();
    private readonly PackTable _recentPacks = new();

    public BlobIndex()
        : this(cached: null)
    {
    }

    /// <summary>The cache file below; null if everything is in memory.</summary>
    public MappedIndex? Cached => cached;

    /// <summary>How many places of blobs are known; a blob that lies in two packs counts twice.</summary>
    public int Count => _cachedCount + _recent.Count;

    /// <summary>How many places are in memory and not in the cache file.</summary>
    public int RecentCount => _recent.Count;

    /// <summary>How many packs are known.</summary>
    public int PackCount
    {
        get
        {
            lock (_adding)
            {
                return _cachedPacks + _recentPacks.Count;
            }
        }
    }

    /// <summary>Adds the blobs of a pack. What is known already is not added again: the same pack may stand in several index files.</summary>
    public void Add(PackId pack, ReadOnlySpan<PackedBlob> blobs)
    {
        lock (_adding)
        {
            int cachedNumber = cached?.FindPack(pack) ?? -1;
            int packNumber = cachedNumber >= 0 ? cachedNumber : _cachedPacks + _recentPacks.FindOrAdd(pack);
            foreach (ref readonly PackedBlob blob in blobs)
            {
                var entry = new BlobEntry(packNumber, blob);
                if (cachedNumber < 0 || !IsCached(entry))
                {
                    _recent.Add(entry);
                }
            }
        }
    }

    /// <summary>Says whether the blob is known.</summary>
    public bool Contains(BlobKey key) => TryFind(key, out _);

    /// <summary>Finds one place of a blob, as a number for <see cref="GetPlace"/>; the same one as long as the object lives.</summary>
    public bool TryFind(BlobKey key, out int entry)
    {
        entry = cached?.Find(key) ?? -1;
        if (entry >= 0)
        {
            return true;
        }

        var cursor = BlobTable.Cursor.First(key);
        bool isFound = _recent.TryFindNext(key, ref cursor, out int position);
        entry = isFound ? _cachedCount + position : -1;
        return isFound;
    }

    /// <summary>Finds all places of a blob, as numbers for <see cref="GetPlace"/>: for when the first turns out to be damaged.</summary>
    public List<int> FindAll(BlobKey key)
    {
        List<int> entries = [];
        for (int entry = cached?.Find(key) ?? -1; entry >= 0; entry = cached!.FindNext(key, entry))
        {
            entries.Add(entry);
        }

        var cursor = BlobTable.Cursor.First(key);
        while (_recent.TryFindNext(key, ref cursor, out int position))
        {
            entries.Add(_cachedCount + position);
        }

        return entries;
    }

    /// <summary>The place with this number, from 0 to <see cref="Count"/> - 1.</summary>
    public BlobPlace GetPlace(int entry)
    {
        BlobEntry found = GetEntry(entry);
        return new BlobPlace(GetPack(found.PackNumber), found.PackNumber, found.Blob);
    }

    /// <summary>The number of the pack of an entry, and the place in it: less work than <see cref="GetPlace"/> where the pack's id is of no interest.</summary>
    public BlobEntry GetEntry(int entry) => entry < _cachedCount ? cached!.GetEntry(entry) : _recent[entry - _cachedCount];

    /// <summary>The id of a pack by its number, from 0 to <see cref="PackCount"/> - 1.</summary>
    public PackId GetPack(int packNumber) => packNumber < _cachedPacks ? cached!.GetPack(packNumber) : _recentPacks[packNumber - _cachedPacks];

    /// <summary>Finds a pack's number.</summary>
    public bool TryGetPackNumber(PackId pack, out int packNumber)
    {
        packNumber = cached?.FindPack(pack) ?? -1;
        if (packNumber >= 0)
        {
            return true;
        }

        lock (_adding)
        {
            int recent = _recentPacks.Find(pack);
            packNumber = _cachedPacks + recent;
            return recent >= 0;
        }
    }

    private bool IsCached(in BlobEntry entry)
    {
        BlobKey key = entry.Blob.Key;
        for (int known = cached!.Find(key); known >= 0; known = cached.FindNext(key, known))
        {
            if (cached.GetEntry(known).IsSamePlace(entry))
            {
                return true;
            }
        }

        return false;
    }
}
