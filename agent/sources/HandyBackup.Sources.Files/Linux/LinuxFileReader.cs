using System.Runtime.Versioning;
using HandyBackup.Sources.Files.Linux.Native;
using HandyBackup.Sources.Files.Sessions;

namespace HandyBackup.Sources.Files.Linux;

/// <summary>
/// Reads one file straight into the caller's buffer. Reads as much as the file had when it was opened, so that a file which is written
/// faster than it is read comes to an end. Holes are not read from the disk.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed unsafe class LinuxFileReader : ISeekingReader, IDisposable
{
    // Below this the kernel's usual read-ahead fetches the file whole anyway.
    private const long SequentialSize = 1024 * 1024;

    private readonly int _descriptor;
    private readonly FileItem _file;
    private readonly AccountNames _accounts;
    private readonly StatX _opened;
    private readonly long _size;
    private readonly bool _isSparse;
    private long _position;
    private long _extentEnd;
    private bool _isInHole;
    private bool _isDisposed;

    public LinuxFileReader(int descriptor, FileItem file, in StatX opened, AccountNames accounts)
    {
        _descriptor = descriptor;
        _file = file;
        _accounts = accounts;
        _opened = opened;

        // Files of /proc and the like say 0 and have content all the same.
        _size = opened.Size == 0 ? long.MaxValue : (long)opened.Size;
        _isSparse = opened.Size != 0 && opened.IsSparse;
        if (_size >= SequentialSize)
        {
            _ = LibcFile.Advise(descriptor, 0, 0, LibcFile.AdviceSequential);
        }
    }

    public void Seek(long offset)
    {
        _position = Math.Min(offset, _size);
        _extentEnd = 0;
    }

    public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new ValueTask<int>(Read(buffer.Span));
    }

    public ValueTask<SourceItemDetails> GetDetailsAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new ValueTask<SourceItemDetails>(new SourceItemDetails
        {
            User = _accounts.GetUser(_file.UserId),
            Group = _accounts.GetGroup(_file.GroupId),
            ExtendedAttributes = AttributeReader.Read(_descriptor),
        });
    }

    public ValueTask<bool> WasChangedAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!FileDescriptor.Stat(_descriptor, out StatX now))
        {
            throw SystemError.Reading(SystemError.Last);
        }

        // Compared with the listing too: what is stored is the listing's size and time.
        return new ValueTask<bool>(
            now.Size != _opened.Size
            || now.Modified.ToTime() != _opened.Modified.ToTime()
            || (_file.Size is { } listed && listed != (long)now.Size)
            || (_file.Modified is { } modified && modified != now.Modified.ToTime()));
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    public void Dispose()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            _ = LibcFile.Close(_descriptor);
        }
    }

    /// <summary>Reads the next bytes; 0 at the end.</summary>
    public int Read(Span<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        int wanted = (int)Math.Min(buffer.Length, _size - _position);
        if (wanted <= 0)
        {
            return 0;
        }

        if (_isSparse)
        {
            if (_position >= _extentEnd)
            {
                FindExtent();
            }

            wanted = (int)Math.Min(wanted, _extentEnd - _position);
            if (_isInHole)
            {
                buffer[..wanted].Clear();
                _position += wanted;
                return wanted;
            }
        }

        int read = ReadData(buffer[..wanted]);
        _position += read;
        return read;
    }

    private int ReadData(Span<byte> buffer)
    {
        fixed (byte* pointer = buffer)
        {
            nint read = LibcFile.ReadAt(_descriptor, pointer, buffer.Length, _position);
            while (read < 0 && SystemError.Last == Errno.Interrupted)
            {
                read = LibcFile.ReadAt(_descriptor, pointer, buffer.Length, _position);
            }

            return read >= 0 ? (int)read : throw SystemError.Reading(SystemError.Last);
        }
    }

    // Finds out whether data or a hole begins at the position, and where it ends (lseek(2), SEEK_DATA and SEEK_HOLE).
    private void FindExtent()
    {
        long data = LibcFile.Seek(_descriptor, _position, LibcFile.SeekData);
        if (data > _position)
        {
            _isInHole = true;
            _extentEnd = Math.Min(data, _size);
            return;
        }

        // Negative without ENXIO (nothing but a hole up to the end): the file system cannot tell, so all is data.
        if (data < 0 && SystemError.Last == Errno.NoDeviceOrAddress)
        {
            // Also if the file was cut off before the position; then reading must come to an end, not go on with zeros.
            bool isCut = FileDescriptor.Stat(_descriptor, out StatX now) && (long)now.Size <= _position;
            _isInHole = !isCut;
            _extentEnd = _size;
            return;
        }

        long hole = data < 0 ? -1 : LibcFile.Seek(_descriptor, _position, LibcFile.SeekHole);
        _isInHole = false;
        _extentEnd = hole > _position ? Math.Min(hole, _size) : _size;
    }
}
