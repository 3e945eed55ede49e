namespace HandyBackup.Repository;

/// <summary>Merges sorted lists of entries into one, without those that name the same place.</summary>
internal sealed class EntryMerge
{
    // A binary heap; the prefixes beside it save most comparisons of whole entries.
    private readonly RecordCursor<BlobEntry>[] _heap;
    private readonly ulong[] _prefixes;
    private int _count;
    private BlobEntry _last;
    private bool _hasLast;

    public EntryMerge(IEnumerable<RecordCursor<BlobEntry>> lists)
    {
        List<RecordCursor<BlobEntry>> filled = [];
        foreach (RecordCursor<BlobEntry> list in lists)
        {
            if (list.MoveNext())
            {
                filled.Add(list);
            }
        }

        _heap = [.. filled];
        _prefixes = new ulong[_heap.Length];
        _count = _heap.Length;
        for (int i = _count - 1; i >= 0; i--)
        {
            Sink(i, _heap[i]);
        }
    }

    /// <summary>Takes the next entry.</summary>
    /// <returns>False if there is none.</returns>
    public bool TryTake(out BlobEntry entry)
    {
        while (_count > 0)
        {
            RecordCursor<BlobEntry> top = _heap[0];
            entry = top.Current;
            if (top.MoveNext())
            {
                Sink(0, top);
            }
            else if (--_count > 0)
            {
                Sink(0, _heap[_count]);
            }

            if (!_hasLast || !entry.IsSamePlace(_last))
            {
                _last = entry;
                _hasLast = true;
                return true;
            }
        }

        entry = default;
        return false;
    }

    private void Sink(int position, RecordCursor<BlobEntry> list)
    {
        ulong prefix = list.Current.Hash.Prefix;
        while (true)
        {
            int child = (2 * position) + 1;
            if (child + 1 < _count && IsBefore(_prefixes[child + 1], _heap[child + 1], _prefixes[child], _heap[child]))
            {
                child++;
            }

            if (child >= _count || !IsBefore(_prefixes[child], _heap[child], prefix, list))
            {
                _heap[position] = list;
                _prefixes[position] = prefix;
                return;
            }

            _heap[position] = _heap[child];
            _prefixes[position] = _prefixes[child];
            position = child;
        }
    }

    private static bool IsBefore(ulong prefix, RecordCursor<BlobEntry> list, ulong otherPrefix, RecordCursor<BlobEntry> other) =>
        prefix != otherPrefix ? prefix < otherPrefix : list.Current.CompareTo(other.Current) < 0;
}
