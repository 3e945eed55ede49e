using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace HandyBackup.Repository;

/// <summary>Reads the records of a section and verifies each page.</summary>
/// <param name="file">The file; stays the caller's.</param>
/// <param name="fileMark">The file's mark.</param>
/// <param name="firstPage">Where the section begins.</param>
/// <param name="count">How many records it has.</param>
/// <exception cref="InvalidDataException">A page is damaged: from <see cref="RecordCursor{T}.MoveNext"/>.</exception>
internal sealed class IndexPageCursor<T>(SafeFileHandle file, ulong fileMark, int firstPage, int count) : RecordCursor<T>
    where T : unmanaged
{
    private const int MaxPages = 16;

    private readonly byte[] _pages = new byte[Math.Min(MaxPages, IndexPage.PagesFor<T>(count)) * IndexPage.Size];
    private readonly T[] _window = new T[Math.Min(count, MaxPages * IndexPage.Capacity<T>())];
    private int _page = firstPage;
    private int _left = count;

    /// <inheritdoc/>
    protected override T[] Window => _window;

    /// <inheritdoc/>
    protected override int Fill()
    {
        int filled = Math.Min(_left, _window.Length);
        Span<byte> pages = _pages.AsSpan(0, IndexPage.PagesFor<T>(filled) * IndexPage.Size);
        ReadExactly(pages);
        for (int done = 0; done < filled; _page++)
        {
            ReadOnlySpan<byte> page = pages.Slice(0, IndexPage.Size);
            pages = pages.Slice(IndexPage.Size);
            if (!IndexPage.IsIntact(page, fileMark, _page))
            {
                throw new InvalidDataException($"Page {_page} is damaged.");
            }

            int records = Math.Min(filled - done, IndexPage.Capacity<T>());
            MemoryMarshal.Cast<byte, T>(page).Slice(0, records).CopyTo(_window.AsSpan(done));
            done += records;
        }

        _left -= filled;
        return filled;
    }

    private void ReadExactly(Span<byte> destination)
    {
        long offset = (long)_page * IndexPage.Size;
        while (!destination.IsEmpty)
        {
            int read = RandomAccess.Read(file, destination, offset);
            if (read == 0)
            {
                throw new InvalidDataException("The file is cut off.");
            }

            destination = destination.Slice(read);
            offset += read;
        }
    }
}
