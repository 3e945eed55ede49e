namespace HandyBackup.Sources.Files.Linux.Restore;

/// <summary>Ranges of a file that do not overlap. Neighbours become one, so that a file's blocks, however many, are few ranges. Safe for several threads.</summary>
internal sealed class ByteRanges
{
    private readonly Lock _lock = new();
    private readonly SortedList<long, long> _endByStart = [];
    private long _total;

    /// <summary>The length of all together.</summary>
    public long Total => Interlocked.Read(ref _total);

    /// <summary>How many there are.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _endByStart.Count;
            }
        }
    }

    /// <summary>Adds a range that was not there.</summary>
    public void Add(long start, long length)
    {
        if (length == 0)
        {
            return;
        }

        lock (_lock)
        {
            _total += length;
            long end = start + length;
            if (_endByStart.Remove(end, out long endOfNext))
            {
                end = endOfNext;
            }

            int before = FindLast(start);
            if (before >= 0 && _endByStart.GetValueAtIndex(before) == start)
            {
                _endByStart.SetValueAtIndex(before, end);
            }
            else
            {
                _endByStart.Add(start, end);
            }
        }
    }

    /// <summary>All ranges in order. Nothing may be added meanwhile.</summary>
    public IEnumerable<(long Start, long End)> InOrder()
    {
        for (int i = 0; i < _endByStart.Count; i++)
        {
            yield return (_endByStart.GetKeyAtIndex(i), _endByStart.GetValueAtIndex(i));
        }
    }

    /// <summary>Takes all ranges out.</summary>
    public IReadOnlyList<(long Start, long End)> TakeAll()
    {
        lock (_lock)
        {
            List<(long, long)> all = [.. InOrder()];
            _endByStart.Clear();
            _total = 0;
            return all;
        }
    }

    // The last range that begins before a place; negative if there is none.
    private int FindLast(long place)
    {
        int low = 0;
        int high = _endByStart.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_endByStart.GetKeyAtIndex(middle) < place)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low - 1;
    }
}
