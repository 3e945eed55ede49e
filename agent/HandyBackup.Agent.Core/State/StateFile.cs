using System.IO.MemoryMappedFiles;
using Microsoft.Win32.SafeHandles;

namespace HandyBackup.Agent.Core.State;

/// <summary>
/// A finished state file, mapped into memory; each record is checked when it is opened. Safe to share between threads. Disposed when nobody uses one of its
/// folders any more.
/// </summary>
internal sealed unsafe class StateFile : IDisposable
{
    private readonly MemoryMappedFile _mapped;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _start;

    private StateFile(StateHeader header, MemoryMappedFile mapped)
    {
        Header = header;
        _mapped = mapped;
        _view = mapped.CreateViewAccessor(0, header.Length, MemoryMappedFileAccess.Read);
        _start = (byte*)_view.SafeMemoryMappedViewHandle.DangerousGetHandle() + _view.PointerOffset;
    }

    /// <summary>The file's header.</summary>
    public StateHeader Header { get; }

    /// <summary>Opens a file.</summary>
    /// <exception cref="IOException">There is none, or it cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    /// <exception cref="InvalidDataException">It is damaged, cut off, or of another version.</exception>
    public static StateFile Open(string path)
    {
        using SafeFileHandle file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        byte[] head = new byte[StateHeader.Size];
        int read = RandomAccess.Read(file, head, 0);
        StateHeader? header = StateHeader.Read(head.AsSpan(0, read));
        if (header is null || header.Length != RandomAccess.GetLength(file))
        {
            throw new InvalidDataException("The state file is damaged, cut off, or of another version.");
        }

        MemoryMappedFile mapped = MemoryMappedFile.CreateFromFile(file, mapName: null, capacity: 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
        try
        {
            return new StateFile(header, mapped);
        }
        catch
        {
            mapped.Dispose();
            throw;
        }
    }

    /// <summary>Opens a folder.</summary>
    /// <param name="child">The folder, as the header or another folder names it.</param>
    /// <exception cref="InvalidDataException">Its record is damaged.</exception>
    public StateFolder OpenFolder(StateChild child)
    {
        long length = Header.Length - child.Offset;
        if (child.Offset < StateHeader.Size || length <= 0)
        {
            throw Damaged(child.Offset);
        }

        var fromRecord = new ReadOnlySpan<byte>(_start + child.Offset, (int)Math.Min(length, int.MaxValue));
        return StateRecord.TryRead(fromRecord, Header.FileMark, child.Offset, out ReadOnlySpan<byte> entries, out int count)
            ? new StateFolder(child, _start + child.Offset + StateRecord.HeadSize, entries.Length, count)
            : throw Damaged(child.Offset);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _view.Dispose();
        _mapped.Dispose();
    }

    private static InvalidDataException Damaged(long offset) => new($"The record at {offset} of the state file is damaged.");
}
