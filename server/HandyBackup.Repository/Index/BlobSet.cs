namespace HandyBackup.Repository;

/// <summary>A set of blobs of an index that may be replaced meanwhile: one bit for each entry. For one thread at a time.</summary>
internal sealed class BlobSet(Func<BlobIndex> getIndex)
{
    private GrowingFlags _entries = new();
    private BlobIndex? _index;

    /// <summary>The index whose entries are meant; the current one right after <see cref="Follow"/>.</summary>
    public BlobIndex Index => _index ?? throw new InvalidOperationException("The index was not followed yet.");

    /// <summary>Goes over to the current index. Its entries have other numbers; blobs that it does not have leave the set.</summary>
    /// <returns>True if it was another one.</returns>
    public bool Follow()
    {
        BlobIndex current = getIndex();
        if (ReferenceEquals(_index, current))
        {
            return false;
        }

        if (_index is { } replaced)
        {
            MoveFrom(replaced, current);
        }

        _index = current;
        return true;
    }

    /// <summary>Adds an entry of <see cref="Index"/>.</summary>
    public void Add(int entry) => _entries.TrySet(entry);

    /// <summary>True if the entry of <see cref="Index"/> was added.</summary>
    public bool Contains(int entry) => _entries.IsSet(entry);

    /// <summary>The entries of <see cref="Index"/> that were added, in ascending order.</summary>
    public IEnumerable<int> Enumerate() => _entries.Enumerate();

    /// <summary>Takes everything out.</summary>
    public void Clear() => _entries = new GrowingFlags();

    private void MoveFrom(BlobIndex replaced, BlobIndex current)
    {
        var moved = new GrowingFlags();
        foreach (int entry in _entries.Enumerate())
        {
            if (current.TryFind(replaced.GetEntry(entry).Blob.Key, out int found))
            {
                moved.TrySet(found);
            }
        }

        _entries = moved;
        if (!ReferenceEquals(replaced.Cached, current.Cached))
        {
            // The walk has brought all of a file into memory that nobody reads any more.
            replaced.Cached?.ReleaseMemory();
        }
    }
}
