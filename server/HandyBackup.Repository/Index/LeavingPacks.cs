namespace HandyBackup.Repository;

/// <summary>Packs that are about to leave the index. One bit for each pack. Not safe to share between threads.</summary>
internal sealed class LeavingPacks(BlobIndex index)
{
    private readonly GrowingFlags _packs = new();
    private readonly HashSet<int> _retained = [];

    /// <summary>The index that numbers the packs.</summary>
    public BlobIndex Index { get; } = index;

    /// <summary>Packs that were to leave and now stay, because something turned out to need them.</summary>
    public IReadOnlyCollection<int> Retained => _retained;

    /// <summary>Adds a pack.</summary>
    public void Add(int packNumber) => _packs.TrySet(packNumber);

    /// <summary>True if the pack leaves.</summary>
    public bool Contains(int packNumber) => _packs.IsSet(packNumber) && !_retained.Contains(packNumber);

    /// <summary>The numbers of the packs that leave.</summary>
    public IEnumerable<int> Enumerate() => _packs.Enumerate().Where(packNumber => !_retained.Contains(packNumber));

    /// <summary>Finds a place of a blob in a pack that stays.</summary>
    public bool TryFindStaying(BlobKey key, out int entry)
    {
        foreach (int place in Index.FindAll(key))
        {
            if (!Contains(Index.GetPlace(place).PackNumber))
            {
                entry = place;
                return true;
            }
        }

        entry = -1;
        return false;
    }

    /// <summary>Makes sure that the blob stays: unless it lies in a pack that stays, one that has it is kept whole.</summary>
    /// <returns>True if a pack was kept for it.</returns>
    public bool Require(BlobKey key) =>
        Index.TryFind(key, out int entry) && Contains(Index.GetPlace(entry).PackNumber) && !TryFindStaying(key, out _) && _retained.Add(Index.GetPlace(entry).PackNumber);
}
