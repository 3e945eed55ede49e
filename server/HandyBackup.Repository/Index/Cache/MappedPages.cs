using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace HandyBackup.Repository;

/// <summary>
/// The pages of a cache file, mapped into memory and each verified when it is touched first. Never unmapped by hand, since readers take no lock: the
/// garbage collector does so when nobody refers to it any more. Safe to share between threads.
/// </summary>
internal sealed unsafe partial class MappedPages
{
    private const int LinuxDontNeed = 4;

    private readonly SafeMemoryMappedViewHandle _view;
    private readonly byte* _start;
    private readonly long _length;
    private readonly ulong _fileMark;
    private readonly EntryFlags _verified;

    /// <summary>Maps a file.</summary>
    /// <param name="file">The file; may be closed afterwards.</param>
    /// <param name="header">Its header, which was verified, like the file's length.</param>
    public MappedPages(SafeFileHandle file, in IndexCacheHeader header)
    {
        _length = header.PageCount * IndexPage.Size;
        _fileMark = header.FileMark;
        _verified = new EntryFlags((int)header.PageCount);
        using var mapped = MemoryMappedFile.CreateFromFile(file, mapName: null, capacity: 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
        MemoryMappedViewAccessor view = mapped.CreateViewAccessor(0, _length, MemoryMappedFileAccess.Read);

        // AcquirePointer would count a reference that nobody gives back, and the mapping would stay for ever.
        _view = view.SafeMemoryMappedViewHandle;
        _start = (byte*)_view.DangerousGetHandle() + view.PointerOffset;
    }

    /// <summary>A record of a section.</summary>
    /// <exception cref="InvalidDataException">Its page is damaged.</exception>
    public T Get<T>(int firstPage, int position)
        where T : unmanaged
    {
        (int page, int record) = Math.DivRem(position, IndexPage.Capacity<T>());
        T value = GetPage<T>(firstPage + page)[record];
        GC.KeepAlive(this);
        return value;
    }

    /// <summary>The records of a page. The caller keeps this object alive while it uses them.</summary>
    /// <exception cref="InvalidDataException">The page is damaged.</exception>
    public T* GetPage<T>(int page)
        where T : unmanaged
    {
        byte* start = _start + ((long)page * IndexPage.Size);
        if (!_verified.IsSet(page))
        {
            Verify(page, start);
        }

        return (T*)start;
    }

    /// <summary>Gives the memory back to the system, for when the file was replaced; who still reads it gets it again.</summary>
    public void ReleaseMemory()
    {
        if (OperatingSystem.IsLinux())
        {
            _ = Advise(_start, (nuint)_length, LinuxDontNeed);
            GC.KeepAlive(this);
        }
    }

    private void Verify(int page, byte* start)
    {
        if (!IndexPage.IsIntact(new ReadOnlySpan<byte>(start, IndexPage.Size), _fileMark, page))
        {
            throw new InvalidDataException($"Page {page} is damaged.");
        }

        _verified.TrySet(page);
    }

    // Only an advice: if it is refused nothing is lost.
    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(void* start, nuint length, int advice);
}
