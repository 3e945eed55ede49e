using System.Buffers;
using System.Buffers.Binary;

namespace HandyBackup.Sources.Files.Sessions;

/// <summary>The names in one folder, sorted by their bytes, in one block of memory. Immutable.</summary>
internal sealed class FolderNames
{
    private readonly byte[] _bytes;
    private readonly Entry[] _entries;

    private FolderNames(byte[] bytes, Entry[] entries)
    {
        _bytes = bytes;
        _entries = entries;
    }

    public static FolderNames Empty { get; } = new([], []);

    public int Count => _entries.Length;

    /// <summary>A name with a 0 behind it.</summary>
    public ReadOnlyMemory<byte> GetTerminated(int index)
    {
        ref readonly Entry entry = ref _entries[index];
        return _bytes.AsMemory(entry.Offset, entry.Length + 1);
    }

    public NameHint GetHint(int index) => _entries[index].Hint;

    /// <summary>The place of a name; negative if it is not there.</summary>
    public int IndexOf(ReadOnlySpan<byte> name)
    {
        int low = 0;
        int high = _entries.Length - 1;
        while (low <= high)
        {
            int middle = (low + high) >>> 1;
            int order = _bytes.AsSpan(_entries[middle].Offset, _entries[middle].Length).SequenceCompareTo(name);
            if (order == 0)
            {
                return middle;
            }

            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }

        return -1;
    }

    /// <summary>The same with one name only.</summary>
    public FolderNames Only(int index) => new(_bytes, [_entries[index]]);

    /// <summary>Collects names in any order; its buffers are pooled.</summary>
    internal struct Builder : IDisposable
    {
        private byte[] _bytes;
        private Entry[] _entries;
        private int _length;
        private int _count;

        public Builder()
        {
            _bytes = ArrayPool<byte>.Shared.Rent(4096);
            _entries = ArrayPool<Entry>.Shared.Rent(128);
        }

        public void Add(ReadOnlySpan<byte> name, NameHint hint)
        {
            if (_bytes.Length - _length <= name.Length)
            {
                Grow(ref _bytes, _length, _length + name.Length + 1);
            }

            if (_count == _entries.Length)
            {
                Grow(ref _entries, _count, _count + 1);
            }

            name.CopyTo(_bytes.AsSpan(_length));
            _bytes[_length + name.Length] = 0;
            _entries[_count++] = new Entry(_length, name.Length, hint, Prefix(name));
            _length += name.Length + 1;
        }

        public readonly FolderNames ToSorted()
        {
            if (_count == 0)
            {
                return Empty;
            }

            byte[] bytes = _bytes.AsSpan(0, _length).ToArray();
            Entry[] entries = _entries.AsSpan(0, _count).ToArray();
            entries.AsSpan().Sort(new ByName(bytes));
            return new FolderNames(bytes, entries);
        }

        public void Dispose()
        {
            ArrayPool<byte>.Shared.Return(_bytes);
            ArrayPool<Entry>.Shared.Return(_entries);
            _bytes = [];
            _entries = [];
        }

        private static void Grow<T>(ref T[] array, int used, int needed)
        {
            T[] larger = ArrayPool<T>.Shared.Rent(Math.Max(needed, array.Length * 2));
            array.AsSpan(0, used).CopyTo(larger);
            ArrayPool<T>.Shared.Return(array);
            array = larger;
        }

        // The first eight bytes as a number that sorts as they do: most comparisons need no more.
        private static ulong Prefix(ReadOnlySpan<byte> name)
        {
            if (name.Length >= sizeof(ulong))
            {
                return BinaryPrimitives.ReadUInt64BigEndian(name);
            }

            ulong prefix = 0;
            for (int i = 0; i < name.Length; i++)
            {
                prefix |= (ulong)name[i] << (56 - (8 * i));
            }

            return prefix;
        }
    }

    private readonly record struct Entry(int Offset, int Length, NameHint Hint, ulong Prefix);

    private readonly struct ByName(byte[] bytes) : IComparer<Entry>
    {
        public int Compare(Entry x, Entry y) => x.Prefix != y.Prefix
            ? x.Prefix.CompareTo(y.Prefix)
            : bytes.AsSpan(x.Offset, x.Length).SequenceCompareTo(bytes.AsSpan(y.Offset, y.Length));
    }
}
