using System.Runtime.Versioning;
using HandyBackup.Sources.Files.Linux.Native;

namespace HandyBackup.Sources.Files.Linux.Restore;

/// <summary>
/// Where content is gathered until it is complete. A small file has no name meanwhile (open(2), O_TMPFILE), so that nothing is left of it
/// otherwise, whatever happens; where the file system cannot do that, it has a name that nobody can guess. A large one has a name that the next restore finds, and is locked as long
/// as it is used.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed unsafe class PartialFile : IDisposable
{
    /// <summary>Smaller files are sooner fetched again than looked for.</summary>
    public const long ResumableFrom = 8 * 1024 * 1024;

    private const long ReservedFrom = 1024 * 1024;
    private const int OpenForBoth = OpenFlags.ReadWrite | OpenFlags.CloseOnExec;
    private const uint OwnerReadsAndWrites = 0x180;

    private readonly int _folder;
    private readonly byte[]? _name;
    private readonly bool _isResumable;
    private bool _isPlaced;

    private PartialFile(int folder, int descriptor, byte[]? name, bool isResumable = false, bool isResumed = false)
    {
        _folder = folder;
        Descriptor = descriptor;
        _name = name;
        _isResumable = isResumable;
        IsResumed = isResumed;
    }

    public int Descriptor { get; }

    /// <summary>True if an earlier restore gathered content in it.</summary>
    public bool IsResumed { get; }

    /// <summary>True if space was reserved for all of it.</summary>
    public bool IsReserved { get; private set; }

    /// <summary>True to leave it for a later restore, if that can find it.</summary>
    public bool IsToBeKept { get; set; }

    /// <summary>Opens what an earlier restore left of a file; null if it left nothing, or another one is using it.</summary>
    public static PartialFile? TryResume(int folder, ReadOnlySpan<byte> terminatedName)
    {
        byte[] name = TemporaryName.ForPart(terminatedName);
        int descriptor = FileDescriptor.Open(folder, name, OpenForBoth | OpenFlags.NoFollow | OpenFlags.NonBlocking | OpenFlags.NoControllingTerminal);
        if (descriptor < 0)
        {
            return null;
        }

        if (IsOurs(descriptor) && LibcSpace.TryLock(descriptor) && IsOurs(descriptor))
        {
            return new PartialFile(folder, descriptor, name, isResumable: true, isResumed: true);
        }

        _ = LibcFile.Close(descriptor);
        return null;
    }

    /// <summary>Begins a file.</summary>
    /// <param name="folder">The folder, which must stay open.</param>
    /// <param name="terminatedName">The name that it will have.</param>
    /// <param name="isResumable">True if a later restore shall find it.</param>
    /// <exception cref="SourceException">It cannot be made there.</exception>
    public static PartialFile Create(int folder, ReadOnlySpan<byte> terminatedName, bool isResumable)
    {
        if (isResumable && TryCreate(folder, TemporaryName.ForPart(terminatedName), isResumable: true) is { } resumable)
        {
            return resumable;
        }

        int descriptor = FileDescriptor.Open(folder, ".\0"u8, OpenForBoth | OpenFlags.Unnamed, OwnerReadsAndWrites);
        if (descriptor >= 0)
        {
            return new PartialFile(folder, descriptor, name: null);
        }

        // Kernels and file systems that do not know O_TMPFILE take it for an attempt to write to a folder, or say that it is not supported.
        int errno = SystemError.Last;
        return errno is Errno.IsDirectory or Errno.NotSupported or Errno.Invalid ? CreateNamed(folder) : throw SystemError.Writing(errno);
    }

    /// <summary>Begins a file under a name that nobody can guess.</summary>
    /// <exception cref="SourceException">It cannot be made there.</exception>
    public static PartialFile CreateNamed(int folder) =>
        TryCreate(folder, TemporaryName.Next(), isResumable: false) ?? throw SystemError.Writing(SystemError.Last);

    /// <summary>Makes a file that shares its blocks with another one until it is written to; null where the file system cannot do that.</summary>
    public static PartialFile? TryClone(int folder, int source)
    {
        int descriptor = FileDescriptor.Open(folder, ".\0"u8, OpenForBoth | OpenFlags.Unnamed, OwnerReadsAndWrites);
        if (descriptor >= 0 && LibcSpace.TryShareBlocks(descriptor, source))
        {
            return new PartialFile(folder, descriptor, name: null);
        }

        if (descriptor >= 0)
        {
            _ = LibcFile.Close(descriptor);
        }

        return null;
    }

    /// <summary>Removes an unfinished file that no restore is using; does nothing if it is something else.</summary>
    public static void RemoveLeftover(int folder, ReadOnlySpan<byte> terminatedName)
    {
        int descriptor = FileDescriptor.Open(folder, terminatedName, OpenForBoth | OpenFlags.NoFollow | OpenFlags.NonBlocking | OpenFlags.NoControllingTerminal);
        if (descriptor < 0)
        {
            return;
        }

        if (IsOurs(descriptor) && LibcSpace.TryLock(descriptor))
        {
            NamedItem.Remove(folder, terminatedName);
            LibcSpace.Unlock(descriptor);
        }

        _ = LibcFile.Close(descriptor);
    }

    /// <summary>Takes the space that a file needs, in one piece if there is one. Its length stays what is written.</summary>
    /// <exception cref="SourceException"><see cref="SourceError.DestinationFull"/>: there is not as much.</exception>
    public void Reserve(long size)
    {
        if (size < ReservedFrom)
        {
            return;
        }

        // In memory nothing lies in one piece, and reserving is clearing, which takes as long as writing.
        if (LibcSpace.GetFreeMemory(Descriptor) is { } free)
        {
            if (free < size)
            {
                throw SystemError.Writing(Errno.NoSpace);
            }

            return;
        }

        IsReserved = LibcSpace.Allocate(Descriptor, LibcSpace.KeepSize, 0, size) == 0;
        if (!IsReserved && SystemError.Last is Errno.NoSpace or Errno.QuotaExceeded)
        {
            throw SystemError.Writing(SystemError.Last);
        }
    }

    /// <summary>Sets the file's length.</summary>
    /// <exception cref="SourceException">It cannot be set.</exception>
    public void SetLength(long length)
    {
        if (LibcFile.Truncate(Descriptor, length) != 0)
        {
            throw SystemError.Writing(SystemError.Last);
        }
    }

    /// <summary>Puts the file under its name, in place of what is there.</summary>
    /// <exception cref="SourceException">That is not possible.</exception>
    public void Place(ReadOnlySpan<byte> terminatedName)
    {
        if (_name is not null)
        {
            NamedItem.Place(_folder, _name, terminatedName);
        }
        else
        {
            // linkat(2): by the descriptor itself it would need CAP_DAC_READ_SEARCH.
            Span<byte> path = stackalloc byte[ProcPath.MaximumLength];
            NamedItem.Link(AtFlags.WorkingFolder, ProcPath.Format(path, Descriptor, []), _folder, terminatedName, AtFlags.Follow);
        }

        _isPlaced = true;
    }

    public void Dispose()
    {
        if (_name is not null && !_isPlaced && !(IsToBeKept && _isResumable))
        {
            NamedItem.Remove(_folder, _name);
        }

        if (_name is not null)
        {
            LibcSpace.Unlock(Descriptor);
        }

        _ = LibcFile.Close(Descriptor);
    }

    private static PartialFile? TryCreate(int folder, byte[] name, bool isResumable)
    {
        int descriptor = FileDescriptor.Open(folder, name, OpenForBoth | OpenFlags.Create | OpenFlags.Exclusive, OwnerReadsAndWrites);
        if (descriptor < 0)
        {
            return null;
        }

        // Between the two calls another restore may have taken it for a leftover.
        if (LibcSpace.TryLock(descriptor) && IsOurs(descriptor))
        {
            return new PartialFile(folder, descriptor, name, isResumable);
        }

        _ = LibcFile.Close(descriptor);
        return null;
    }

    // Made by this user and never open to others, so nobody else has ever been able to open it.
    private static bool IsOurs(int descriptor)
    {
        const uint AllBits = 0xFFF;
        return FileDescriptor.Stat(descriptor, out StatX stat)
            && stat.Kind == SourceItemKind.File
            && stat.Links == 1
            && stat.UserId == LibcMetadata.GetEffectiveUserId()
            && (stat.Permissions & AllBits & ~OwnerReadsAndWrites) == 0;
    }
}
