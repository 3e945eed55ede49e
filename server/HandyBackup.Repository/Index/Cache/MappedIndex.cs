using HandyBackup.Contracts;
using Microsoft.Win32.SafeHandles;

namespace HandyBackup.Repository;

/// <summary>
/// A cache file of an index, memory-mapped: places of blobs sorted by blob, and packs by number and by id. It never changes. Opening it reads the header
/// and the small sections; every other page is verified when it is touched first, so a damaged one is never believed. Safe to share between threads.
/// </summary>
/// <exception cref="HandyBackupException">Every look-up may find the file damaged: <see cref="ErrorCode.IndexDamaged"/>, transient. The file is then gone.</exception>
internal sealed unsafe class MappedIndex
{
    private readonly string _path;
    private readonly SafeFileHandle _file;
    private readonly IndexCacheHeader _header;
    private readonly MappedPages _pages;
    private readonly FanOut _fences;
    private volatile bool _isDamaged;

    private MappedIndex(string path, SafeFileHandle file, in IndexCacheHeader header)
    {
        _path = path;
        _file = file;
        _header = header;
        _fences = new FanOut(ReadAll<ulong>(header.FencePage, header.EntryPages));
        Files = [.. ReadAll<IndexId>(header.FilePage, header.FileCount)];
        _pages = new MappedPages(file, header);
    }

    /// <summary>How many places of blobs there are.</summary>
    public int Count => _header.EntryCount;

    /// <summary>How many packs there are.</summary>
    public int PackCount => _header.PackCount;

    /// <summary>The index files whose content this is.</summary>
    public HashSet<IndexId> Files { get; }

    /// <summary>The file's name in its folder.</summary>
    public string Name => Path.GetFileName(_path);

    /// <summary>True once a damaged page was found: the file must not be used again.</summary>
    public bool IsDamaged => _isDamaged;

    /// <summary>Opens a file.</summary>
    /// <returns>Null if it is damaged, of another version or of another repository.</returns>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static MappedIndex? Open(string path, Sha256Hash repository)
    {
        SafeFileHandle file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, FileOptions.RandomAccess);
        MappedIndex? index = null;
        try
        {
            Span<byte> page = stackalloc byte[IndexPage.Size];
            if (RandomAccess.Read(file, page, 0) == page.Length
                && IndexCacheHeader.FromPage(page) is { } header
                && header.Repository == repository
                && header.PageCount * IndexPage.Size == RandomAccess.GetLength(file))
            {
                index = new MappedIndex(path, file, header);
            }

            return index;
        }
        catch (InvalidDataException)
        {
            return null;
        }
        finally
        {
            if (index is null)
            {
                file.Dispose();
            }
        }
    }

    /// <summary>Finds the first place of a blob.</summary>
    /// <returns>Its number, from 0 to <see cref="Count"/> - 1; -1 if the blob is unknown.</returns>
    public int Find(BlobKey key)
    {
        ulong prefix = key.Id.Hash.Prefix;

        // The page before the first that begins with this prefix or a higher one may end with it.
        int page = Math.Max(0, _fences.FirstAtLeast(prefix) - 1);
        for (; page < _fences.Count; page++)
        {
            int capacity = IndexPage.Capacity<BlobEntry>();
            int count = Math.Min(capacity, Count - (page * capacity));
            BlobEntry* entries = GetEntries(page);
            int position = FirstNotBefore(entries, count, key, Guess(page, count, prefix));
            bool isFound = position < count && entries[position].IsOf(key);
            GC.KeepAlive(this);
            if (position < count)
            {
                return isFound ? (page * capacity) + position : -1;
            }
        }

        return -1;
    }

    /// <summary>Finds the place of a blob after the one found before.</summary>
    /// <returns>Its number; -1 if there is none.</returns>
    public int FindNext(BlobKey key, int entry) => entry + 1 < Count && GetEntry(entry + 1).IsOf(key) ? entry + 1 : -1;

    /// <summary>The place with this number.</summary>
    public BlobEntry GetEntry(int entry)
    {
        BlobEntry found = Get<BlobEntry>(IndexCacheHeader.EntryPage, entry);
        ThrowIfNoPack(found.PackNumber);
        return found;
    }

    /// <summary>The pack with this number.</summary>
    public PackId GetPack(int number)
    {
        ThrowIfNoPack(number);
        return Get<PackId>(_header.PackPage, number);
    }

    /// <summary>Finds a pack's number.</summary>
    /// <returns>The number; -1 if the pack is unknown.</returns>
    public int FindPack(PackId pack)
    {
        ulong prefix = pack.Hash.Prefix;
        for (int i = InterpolationSearch.FirstAtLeast(new Slots(this), prefix); i < PackCount; i++)
        {
            PackSlot slot = GetSlot(i);
            if (slot.Prefix != prefix)
            {
                return -1;
            }

            if (GetPack(slot.Number) == pack)
            {
                return slot.Number;
            }
        }

        return -1;
    }

    /// <summary>Reads all entries in order from the file, not from the mapping, so that they do not fill this process's memory.</summary>
    public RecordCursor<BlobEntry> ReadEntries() => new IndexPageCursor<BlobEntry>(_file, _header.FileMark, IndexCacheHeader.EntryPage, Count);

    /// <summary>Reads all packs in order of their numbers.</summary>
    public RecordCursor<PackId> ReadPacks() => new IndexPageCursor<PackId>(_file, _header.FileMark, _header.PackPage, PackCount);

    /// <summary>Reads all packs in order of their ids.</summary>
    public RecordCursor<PackSlot> ReadSlots() => new IndexPageCursor<PackSlot>(_file, _header.FileMark, _header.SlotPage, PackCount);

    /// <summary>Gives memory back that look-ups took, for when this file was replaced by another.</summary>
    public void ReleaseMemory() => _pages.ReleaseMemory();

    /// <summary>Notes that the file is damaged and removes it, so that nobody opens it again.</summary>
    /// <returns>The exception to throw.</returns>
    public HandyBackupException NoteDamage(InvalidDataException cause)
    {
        _isDamaged = true;
        IndexCache.TryDelete(_path);
        return new HandyBackupException(ErrorCode.IndexDamaged, $"The local copy of the index in '{_path}' is damaged: {cause.Message}", cause)
        {
            Target = _path,
            Advice = "Start the operation again: the copy was dropped and is made anew from the repository, which is not affected. Check the drive of the server's data path.",
            IsTransient = true,
        };
    }

    private static int FirstNotBefore(BlobEntry* entries, int count, in BlobKey key, int guess)
    {
        int position = guess;
        while (position > 0 && !entries[position - 1].IsBefore(key))
        {
            position--;
        }

        while (position < count && entries[position].IsBefore(key))
        {
            position++;
        }

        return position;
    }

    // Within a page too ids are evenly spread, between its fence and the next.
    private int Guess(int page, int count, ulong prefix)
    {
        ulong first = _fences[page];
        ulong end = page + 1 < _fences.Count ? _fences[page + 1] : ulong.MaxValue;
        return prefix <= first ? 0 : prefix >= end ? count - 1 : (int)((double)(prefix - first) / (end - first) * (count - 1));
    }

    // A page can be sealed rightly and say something wrong; a number beyond the end would lead out of the mapping.
    private void ThrowIfNoPack(int number)
    {
        if ((uint)number >= (uint)PackCount)
        {
            throw NoteDamage(new InvalidDataException($"There is no pack {number} among {PackCount}."));
        }
    }

    private PackSlot GetSlot(int position) => Get<PackSlot>(_header.SlotPage, position);

    private T Get<T>(int firstPage, int position)
        where T : unmanaged
    {
        try
        {
            return _pages.Get<T>(firstPage, position);
        }
        catch (InvalidDataException exception)
        {
            throw NoteDamage(exception);
        }
    }

    private BlobEntry* GetEntries(int page)
    {
        try
        {
            return _pages.GetPage<BlobEntry>(IndexCacheHeader.EntryPage + page);
        }
        catch (InvalidDataException exception)
        {
            throw NoteDamage(exception);
        }
    }

    private T[] ReadAll<T>(int firstPage, int count)
        where T : unmanaged
    {
        var records = new T[count];
        var cursor = new IndexPageCursor<T>(_file, _header.FileMark, firstPage, count);
        for (int i = 0; i < count && cursor.MoveNext(); i++)
        {
            records[i] = cursor.Current;
        }

        return records;
    }

    private readonly struct Slots(MappedIndex index) : ISortedPrefixes
    {
        public int Count => index.PackCount;

        public ulong this[int position] => index.GetSlot(position).Prefix;
    }
}
