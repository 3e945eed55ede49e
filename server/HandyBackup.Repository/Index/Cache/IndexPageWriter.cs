using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace HandyBackup.Repository;

/// <summary>Writes records into sealed pages, one after the other. A section of records begins with a page of its own.</summary>
internal sealed class IndexPageWriter(SafeFileHandle file, ulong fileMark, int firstPage)
{
    private const int BufferedPages = 64;

    private readonly byte[] _buffer = new byte[BufferedPages * IndexPage.Size];
    private int _buffered;
    private int _records;
    private int _used;

    /// <summary>The number of the page that is being filled.</summary>
    public int Page { get; private set; } = firstPage;

    /// <summary>Writes one record.</summary>
    /// <returns>True if it is the first of its page.</returns>
    public bool Write<T>(in T record)
        where T : unmanaged
    {
        if (_records == IndexPage.Capacity<T>())
        {
            EndPage();
        }

        MemoryMarshal.Write(_buffer.AsSpan((_buffered * IndexPage.Size) + _used), record);
        _used += Unsafe.SizeOf<T>();
        return _records++ == 0;
    }

    /// <summary>Ends a section: what is written next begins a page.</summary>
    public void EndSection()
    {
        if (_records > 0)
        {
            EndPage();
        }
    }

    /// <summary>Ends a section and hands everything to the file system.</summary>
    public void Flush()
    {
        EndSection();
        if (_buffered > 0)
        {
            RandomAccess.Write(file, _buffer.AsSpan(0, _buffered * IndexPage.Size), (long)(Page - _buffered) * IndexPage.Size);
            _buffered = 0;
        }
    }

    private void EndPage()
    {
        Span<byte> page = _buffer.AsSpan(_buffered * IndexPage.Size, IndexPage.Size);
        page.Slice(_used).Clear();
        IndexPage.Seal(page, fileMark, Page);
        Page++;
        _buffered++;
        (_records, _used) = (0, 0);
        if (_buffered == BufferedPages)
        {
            Flush();
        }
    }
}
