using HandyBackup.Contracts;

namespace HandyBackup.Agent.Core.State;

/// <summary>
/// What a state file knows of one folder, passed through in step with the listing of the same folder today: first item by item as long as all is
/// unchanged, from the first difference on only to find the folders in it. For one thread at a time.
/// </summary>
internal sealed unsafe class StateFolder
{
    private readonly byte* _entries;
    private readonly int _length;
    private int _position;
    private int _passedLength;

    /// <param name="place">Where the folder is.</param>
    /// <param name="entries">The entries, which were checked.</param>
    /// <param name="length">Their length in bytes.</param>
    /// <param name="count">Their number.</param>
    public StateFolder(StateChild place, byte* entries, int length, int count)
    {
        Place = place;
        Count = count;
        _entries = entries;
        _length = length;
    }

    /// <summary>Where the folder is, and its tree in the snapshot.</summary>
    public StateChild Place { get; }

    /// <summary>How many items the folder had.</summary>
    public int Count { get; }

    /// <summary>How many items were found unchanged, from the first one on without a gap.</summary>
    public int Passed { get; private set; }

    /// <summary>The entries of these items.</summary>
    public ReadOnlySpan<byte> PassedEntries => new(_entries, _passedLength);

    /// <summary>All entries.</summary>
    public ReadOnlySpan<byte> Entries => new(_entries, _length);

    /// <summary>Until where <see cref="CollectSubtrees"/> has come.</summary>
    public int CollectedUntil { get; private set; }

    /// <summary>Where the next entry begins.</summary>
    public int Position => _position;

    /// <summary>True if the next item has this name and looks like this.</summary>
    public bool IsNext(ReadOnlySpan<byte> name, ItemFingerprint fingerprint) =>
        !fingerprint.IsVoid && TryRead(_position, out StateEntry entry) && entry.Fingerprint == fingerprint && entry.Name.SequenceEqual(name);

    /// <summary>The next item as a folder whose content is known; null if it is something else.</summary>
    public StateChild? NextChild() => TryRead(_position, out StateEntry entry) && entry.HasChild ? entry.Child : null;

    /// <summary>Counts the next item as unchanged.</summary>
    public void Pass()
    {
        TryRead(_position, out StateEntry entry);
        _position += entry.Length;
        _passedLength = _position;
        Passed++;
    }

    /// <summary>Goes to the first item whose name is not below this one. Names must be asked for in the order of their bytes.</summary>
    /// <returns>True if it has this name.</returns>
    public bool GoTo(ReadOnlySpan<byte> name)
    {
        while (TryRead(_position, out StateEntry entry))
        {
            int order = entry.Name.SequenceCompareTo(name);
            if (order >= 0)
            {
                return order == 0;
            }

            _position += entry.Length;
        }

        return false;
    }

    /// <summary>The items that were passed, to be gone through once more.</summary>
    public StateFolder OnlyPassed() => new(Place, _entries, _passedLength, Passed);

    /// <summary>Adds the trees of the folders from the next item on, as many as there is room for.</summary>
    public void CollectSubtrees(List<BlobId> trees, int most)
    {
        int position = _position;
        while (trees.Count < most && TryRead(position, out StateEntry entry))
        {
            if (entry.HasChild)
            {
                trees.Add(entry.Child.Subtree);
            }

            position += entry.Length;
        }

        CollectedUntil = position;
    }

    private bool TryRead(int position, out StateEntry entry) => StateEntry.TryRead(new ReadOnlySpan<byte>(_entries + position, _length - position), out entry);
}
