using System.Runtime.Versioning;
using HandyBackup.Sources.Files.Linux.Native;

namespace HandyBackup.Sources.Files.Linux.Restore;

/// <summary>
/// A file that has no name until it is complete (open(2), O_TMPFILE), so that nothing is left of it otherwise, whatever happens. Where the
/// file system cannot do that, it has a temporary name.
/// </summary>
/// <remarks>
/// Whole blocks of zeros are not written but stay holes. Space is not allocated beforehand: it would fill the holes, and the parts are
/// large enough for the file system to keep each in one piece.
/// </remarks>
[SupportedOSPlatform("linux")]
internal sealed unsafe class LinuxRestoreFile : IRestoreFile
{
    private const int BlockSize = 4096;
    private const int CreateFlags = OpenFlags.ReadWrite | OpenFlags.CloseOnExec;
    private const uint OwnerReadsAndWrites = 0x180;

    private readonly DirectoryLease _folder;
    private readonly SourceItem _item;
    private readonly MetadataWriter _metadata;
    private readonly int _descriptor;
    private readonly byte[]? _temporary;
    private long _end;
    private long _writtenEnd;
    private int _isDisposed;
    private bool _isPlaced;

    private LinuxRestoreFile(DirectoryLease folder, SourceItem item, MetadataWriter metadata, int descriptor, byte[]? temporary)
    {
        _folder = folder;
        _item = item;
        _metadata = metadata;
        _descriptor = descriptor;
        _temporary = temporary;
    }

    /// <summary>Begins a file in a folder, whose lease is owned from now on.</summary>
    public static LinuxRestoreFile Create(DirectoryLease folder, SourceItem item, MetadataWriter metadata)
    {
        int descriptor = FileDescriptor.Open(folder.Descriptor, ".\0"u8, CreateFlags | OpenFlags.Unnamed, OwnerReadsAndWrites);
        if (descriptor >= 0)
        {
            return new LinuxRestoreFile(folder, item, metadata, descriptor, temporary: null);
        }

        // Kernels and file systems that do not know O_TMPFILE take it for an attempt to write to a folder, or say that it is not supported.
        int errno = SystemError.Last;
        return errno is Errno.IsDirectory or Errno.NotSupported or Errno.Invalid
            ? CreateNamed(folder, item, metadata)
            : throw Fail(folder, errno);
    }

    /// <summary>Begins a file under a temporary name.</summary>
    internal static LinuxRestoreFile CreateNamed(DirectoryLease folder, SourceItem item, MetadataWriter metadata)
    {
        byte[] temporary = TemporaryName.Next();
        int descriptor = FileDescriptor.Open(folder.Descriptor, temporary, CreateFlags | OpenFlags.Create | OpenFlags.Exclusive, OwnerReadsAndWrites);
        return descriptor >= 0
            ? new LinuxRestoreFile(folder, item, metadata, descriptor, temporary)
            : throw Fail(folder, SystemError.Last);
    }

    public ValueTask WriteAsync(long offset, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ObjectDisposedException.ThrowIf(_isDisposed != 0, this);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ReadOnlySpan<byte> rest = content.Span;
        Raise(ref _end, offset + rest.Length);
        while (!rest.IsEmpty)
        {
            int zeros = CountZeros(rest, offset);
            int data = zeros > 0 ? 0 : CountData(rest, offset);
            if (data > 0)
            {
                Write(rest[..data], offset);
                Raise(ref _writtenEnd, offset + data);
            }

            offset += zeros + data;
            rest = rest[(zeros + data)..];
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask<IReadOnlyList<string>> CompleteAsync(SourceItemDetails details, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ObjectDisposedException.ThrowIf(_isDisposed != 0, this);
        long size = Math.Max(_item.Size ?? 0, _end);
        if (size > _writtenEnd && LibcFile.Truncate(_descriptor, size) != 0)
        {
            throw SystemError.Writing(SystemError.Last);
        }

        IReadOnlyList<string> failures = _metadata.ApplyToFile(_descriptor, _item, details);
        ItemPlace.Check(_item, out ItemPlace place);
        if (_temporary is not null)
        {
            NamedItem.Place(_folder.Descriptor, _temporary, place.Terminated);
        }
        else
        {
            // linkat(2): by the descriptor itself it would need CAP_DAC_READ_SEARCH.
            Span<byte> path = stackalloc byte[ProcPath.MaximumLength];
            NamedItem.Link(AtFlags.WorkingFolder, ProcPath.Format(path, _descriptor, []), _folder.Descriptor, place.Terminated, AtFlags.Follow);
        }

        _isPlaced = true;
        return new ValueTask<IReadOnlyList<string>>(failures);
    }

    public ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            if (_temporary is not null && !_isPlaced)
            {
                NamedItem.Remove(_folder.Descriptor, _temporary);
            }

            _ = LibcFile.Close(_descriptor);
            _folder.Dispose();
        }

        return ValueTask.CompletedTask;
    }

    private static SourceException Fail(DirectoryLease folder, int errno)
    {
        folder.Dispose();
        return SystemError.Writing(errno);
    }

    private static void Raise(ref long field, long value)
    {
        long seen = Volatile.Read(ref field);
        while (seen < value)
        {
            long before = Interlocked.CompareExchange(ref field, value, seen);
            if (before == seen)
            {
                return;
            }

            seen = before;
        }
    }

    // The length of the run of whole zero blocks that begins here; the rest of a block that was begun elsewhere is data.
    private static int CountZeros(ReadOnlySpan<byte> content, long offset)
    {
        if (offset % BlockSize != 0 || content.Length < BlockSize || content[0] != 0)
        {
            return 0;
        }

        int first = content.IndexOfAnyExcept((byte)0);
        int zeros = first < 0 ? content.Length : first;
        return zeros - (zeros % BlockSize);
    }

    // The length of the data up to the next whole block of zeros, or to the end.
    private static int CountData(ReadOnlySpan<byte> content, long offset)
    {
        int at = (int)((BlockSize - (offset % BlockSize)) % BlockSize);
        while (content.Length - at >= BlockSize)
        {
            if (content[at] == 0 && content.Slice(at, BlockSize).IndexOfAnyExcept((byte)0) < 0 && at > 0)
            {
                return at;
            }

            at += BlockSize;
        }

        return content.Length;
    }

    private void Write(ReadOnlySpan<byte> content, long offset)
    {
        fixed (byte* pointer = content)
        {
            int done = 0;
            while (done < content.Length)
            {
                nint written = LibcFile.WriteAt(_descriptor, pointer + done, content.Length - done, offset + done);
                if (written >= 0)
                {
                    done += (int)written;
                }
                else if (SystemError.Last != Errno.Interrupted)
                {
                    throw SystemError.Writing(SystemError.Last);
                }
            }
        }
    }
}
