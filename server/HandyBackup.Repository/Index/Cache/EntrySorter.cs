using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace HandyBackup.Repository;

/// <summary>
/// Sorts any number of entries in bounded memory: full buffers are sorted and spilled as runs of sealed pages into one temporary file, which are merged
/// in the end. For one thread at a time.
/// </summary>
/// <param name="createSpill">Makes the temporary file, when it is needed; disposed with the sorter.</param>
/// <param name="runLength">How many entries are sorted in memory: 60 bytes each.</param>
internal sealed class EntrySorter(Func<SafeFileHandle> createSpill, int runLength) : IDisposable
{
    private const int InitialLength = 1024;

    private readonly List<(int FirstPage, int Count)> _runs = [];
    private BlobEntry[] _entries = new BlobEntry[Math.Min(runLength, InitialLength)];
    private ulong[] _prefixes = [];
    private int[] _order = [];
    private int _count;
    private SafeFileHandle? _spill;
    private ulong _spillMark;
    private int _spillPages;

    /// <summary>Adds an entry.</summary>
    public void Add(in BlobEntry entry)
    {
        if (_count == runLength)
        {
            Spill();
        }
        else if (_count == _entries.Length)
        {
            Array.Resize(ref _entries, Math.Min(runLength, _count * 2));
        }

        _entries[_count++] = entry;
    }

    /// <summary>Ends the adding and gives the sorted lists that are to be merged.</summary>
    public List<RecordCursor<BlobEntry>> Complete()
    {
        List<RecordCursor<BlobEntry>> runs = [];
        foreach ((int firstPage, int count) in _runs)
        {
            runs.Add(new IndexPageCursor<BlobEntry>(_spill!, _spillMark, firstPage, count));
        }

        Sort();
        runs.Add(new OrderedEntries(_entries, _order.AsMemory(0, _count)));
        return runs;
    }

    /// <inheritdoc/>
    public void Dispose() => _spill?.Dispose();

    private void Spill()
    {
        if (_spill is null)
        {
            _spill = createSpill();
            _spillMark = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));
        }

        Sort();
        var writer = new IndexPageWriter(_spill, _spillMark, _spillPages);
        for (int i = 0; i < _count; i++)
        {
            writer.Write(_entries[_order[i]]);
        }

        writer.Flush();
        _runs.Add((_spillPages, _count));
        _spillPages = writer.Page;
        _count = 0;
    }

    // Prefixes are nearly always enough to tell the order, and sorting plain numbers is several times faster than sorting entries.
    private void Sort()
    {
        if (_order.Length < _count)
        {
            _prefixes = new ulong[_entries.Length];
            _order = new int[_entries.Length];
        }

        for (int i = 0; i < _count; i++)
        {
            _prefixes[i] = _entries[i].Hash.Prefix;
            _order[i] = i;
        }

        Array.Sort(_prefixes, _order, 0, _count);
        for (int first = 0, end; first < _count; first = end)
        {
            end = first + 1;
            while (end < _count && _prefixes[end] == _prefixes[first])
            {
                end++;
            }

            if (end - first > 1)
            {
                _order.AsSpan(first, end - first).Sort((left, right) => _entries[left].CompareTo(_entries[right]));
            }
        }
    }

    private sealed class OrderedEntries(BlobEntry[] entries, ReadOnlyMemory<int> order) : RecordCursor<BlobEntry>
    {
        private const int WindowLength = 1024;

        private ReadOnlyMemory<int> _left = order;

        protected override BlobEntry[] Window { get; } = new BlobEntry[Math.Min(WindowLength, order.Length)];

        protected override int Fill()
        {
            int filled = Math.Min(Window.Length, _left.Length);
            for (int i = 0; i < filled; i++)
            {
                Window[i] = entries[_left.Span[i]];
            }

            _left = _left.Slice(filled);
            return filled;
        }
    }
}
