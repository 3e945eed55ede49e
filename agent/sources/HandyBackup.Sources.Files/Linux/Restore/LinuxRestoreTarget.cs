using System.Runtime.Versioning;
using HandyBackup.Sources.Files.Linux.Native;
using HandyBackup.Sources.Files.Sessions;

namespace HandyBackup.Sources.Files.Linux.Restore;

/// <summary>
/// Writes items below a folder. Each is reached from the folder above it, and no link is followed on the way, so that a link planted in the
/// destination cannot lead elsewhere. A link in the place of a folder is refused, not replaced: what was behind it would silently be missing.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed unsafe class LinuxRestoreTarget : IRestoreTarget
{
    private const uint OwnerOnly = 0x1C0;

    private readonly LinuxDestination _destination;
    private readonly ProtectedFolders _protected;
    private readonly MetadataWriter _metadata = new();
    private readonly Lock _lock = new();
    private DirectoryHandles? _folders;
    private bool _isDisposed;

    private LinuxRestoreTarget(LinuxDestination destination, ProtectedFolders protectedFolders)
    {
        _destination = destination;
        _protected = protectedFolders;
    }

    /// <summary>Prepares a destination.</summary>
    /// <exception cref="SourceException">The destination is no folder, cannot be written or is protected.</exception>
    public static LinuxRestoreTarget Open(string? destination, IReadOnlyList<string> protectedFolders)
    {
        ProcPath.Require();
        var folders = new ProtectedFolders(protectedFolders);
        return new LinuxRestoreTarget(new LinuxDestination(destination, folders), folders);
    }

    public ValueTask<SourceItem?> FindAsync(SourceItem item, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ItemPlace.Check(item, out ItemPlace place);
        DirectoryHandles? folders = GetFolders(create: false);
        if (folders is null)
        {
            return new ValueTask<SourceItem?>(result: null);
        }

        DirectoryLease above;
        try
        {
            above = folders.Get(item.Parent);
        }
        catch (SourceException exception) when (exception.Error == SourceError.NotFound)
        {
            return new ValueTask<SourceItem?>(result: null);
        }

        using (above)
        {
            if (!Look(above, place.Terminated, out StatX stat))
            {
                return new ValueTask<SourceItem?>(result: null);
            }

            _protected.Check(stat);
            return new ValueTask<SourceItem?>(ToItem(item, stat));
        }
    }

    public ValueTask CreateFolderAsync(SourceItem folder, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ItemPlace.Check(folder, out ItemPlace place);
        using DirectoryLease above = OpenForWriting(folder.Parent);
        fixed (byte* name = place.Terminated)
        {
            int errno = MakeFolder(above, name);
            if (errno == Errno.Exists && Look(above, place.Terminated, out StatX stat))
            {
                _protected.Check(stat);
                switch (stat.Kind)
                {
                    case SourceItemKind.Folder:
                        _metadata.MakeWritable(above.Descriptor, place.Terminated, stat);
                        return ValueTask.CompletedTask;
                    case SourceItemKind.SymbolicLink:
                        throw Escapes();
                    default:
                        errno = LibcDirectory.UnlinkAt(above.Descriptor, name, 0) == 0 ? MakeFolder(above, name) : SystemError.Last;
                        break;
                }
            }

            return errno == 0 ? ValueTask.CompletedTask : throw SystemError.Writing(errno);
        }
    }

    public ValueTask<IRestoreFile> CreateFileAsync(SourceItem file, RestoreFileOptions options, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ItemPlace.Check(file, out _);
        return new ValueTask<IRestoreFile>(LinuxRestoreFile.Create(OpenForWriting(file.Parent), file, options, _metadata));
    }

    public ValueTask<IReadOnlyList<string>> CreateSpecialAsync(SourceItem item, SourceItemDetails details, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ItemPlace.Check(item, out ItemPlace place);
        using DirectoryLease above = OpenForWriting(item.Parent);

        // Made under another name first, so that it appears with its metadata and replaces what is there in one step.
        byte[] temporary = TemporaryName.Next();
        int errno = SpecialItem.Create(above.Descriptor, temporary, item, details);
        if (errno != 0)
        {
            throw SystemError.Writing(errno);
        }

        bool isPlaced = false;
        try
        {
            IReadOnlyList<string> failures = _metadata.ApplyByName(above.Descriptor, temporary, item, details);
            NamedItem.Place(above.Descriptor, temporary, place.Terminated);
            isPlaced = true;
            return new ValueTask<IReadOnlyList<string>>(failures);
        }
        finally
        {
            if (!isPlaced)
            {
                NamedItem.Remove(above.Descriptor, temporary);
            }
        }
    }

    public ValueTask CreateHardLinkAsync(SourceItem item, SourceItem existing, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ItemPlace.Check(item, out ItemPlace place);
        ItemPlace.Check(existing, out ItemPlace existingPlace);
        using DirectoryLease above = OpenForWriting(item.Parent);
        using DirectoryLease existingAbove = OpenForWriting(existing.Parent);
        NamedItem.Link(existingAbove.Descriptor, existingPlace.Terminated, above.Descriptor, place.Terminated, flags: 0);
        return ValueTask.CompletedTask;
    }

    public ValueTask<IReadOnlyList<string>> FinishFolderAsync(SourceItem folder, SourceItemDetails details, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ItemPlace.Check(folder, out _);
        using DirectoryLease own = OpenForWriting(folder);
        return new ValueTask<IReadOnlyList<string>>(_metadata.ApplyToFolder(own.Descriptor, folder, details));
    }

    public ValueTask RemoveLeftoversAsync(SourceItem? folder, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (GetFolders(create: false) is not { } folders)
        {
            return ValueTask.CompletedTask;
        }

        using DirectoryLease own = folders.Get(folder);
        int descriptor = FileDescriptor.Open(own.Descriptor, ".\0"u8, OpenFlags.ReadOnly | OpenFlags.Directory | OpenFlags.CloseOnExec);
        if (descriptor < 0)
        {
            throw SystemError.Writing(SystemError.Last);
        }

        try
        {
            FolderNames leftovers = DirectoryEntries.Read(descriptor, cancellationToken, TemporaryName.IsOfContent);
            for (int i = 0; i < leftovers.Count; i++)
            {
                PartialFile.RemoveLeftover(own.Descriptor, leftovers.GetTerminated(i).Span);
            }
        }
        finally
        {
            _ = LibcFile.Close(descriptor);
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            _isDisposed = true;
            _folders?.Dispose();
        }

        return ValueTask.CompletedTask;
    }

    private static SourceException Escapes() => new(SourceError.DestinationEscapes, "A symbolic link stands in the place of a folder.")
    {
        Advice = "Remove the link, or restore into another folder.",
    };

    private static int MakeFolder(DirectoryLease above, byte* name) =>
        LibcDirectory.MakeFolderAt(above.Descriptor, name, OwnerOnly) == 0 ? 0 : SystemError.Last;

    private static bool Look(DirectoryLease above, ReadOnlySpan<byte> name, out StatX stat)
    {
        if (LibcFile.Stat(above.Descriptor, name, AtFlags.NoFollow | AtFlags.NoAutomount, out stat) == 0)
        {
            return true;
        }

        int errno = SystemError.Last;
        return errno is Errno.NoEntry or Errno.NotDirectory ? false : throw SystemError.Writing(errno);
    }

    private int OpenFolder(int above, SourceItem folder)
    {
        ItemPlace.Check(folder, out ItemPlace place);
        int descriptor = FileDescriptor.Open(above, place.Terminated, OpenFlags.PathOnly | OpenFlags.Directory | OpenFlags.NoFollow | OpenFlags.CloseOnExec);
        if (descriptor >= 0)
        {
            try
            {
                _protected.Check(descriptor);
                return descriptor;
            }
            catch
            {
                _ = LibcFile.Close(descriptor);
                throw;
            }
        }

        int errno = SystemError.Last;
        if (errno is Errno.NotDirectory or Errno.TooManyLinks
            && LibcFile.Stat(above, place.Terminated, AtFlags.NoFollow, out StatX stat) == 0
            && stat.Kind == SourceItemKind.SymbolicLink)
        {
            throw Escapes();
        }

        throw errno is Errno.NoEntry or Errno.NotDirectory
            ? new SourceException(SourceError.NotFound, "The folder that it belongs into does not exist.")
            : SystemError.Writing(errno);
    }

    private static SourceItem ToItem(SourceItem item, in StatX stat) => new()
    {
        Parent = item.Parent,
        Name = item.Name,
        Kind = stat.Kind,
        Size = stat.Kind == SourceItemKind.File ? (long)stat.Size : 0,
        Modified = stat.Modified.ToTime(),
        Changed = stat.Changed.ToTime(),
        Mode = stat.Permissions,
        UserId = stat.UserId,
        GroupId = stat.GroupId,
        Inode = stat.Inode,
        DeviceId = stat.FileSystem,
        Links = stat.Links,
        Device = stat.Device,
    };

    private DirectoryLease OpenForWriting(SourceItem? folder)
    {
        try
        {
            return GetFolders(create: true)!.Get(folder);
        }
        catch (SourceException exception) when (exception.Error == SourceError.NotFound)
        {
            throw new SourceException(SourceError.NotWritten, exception.Message, exception);
        }
    }

    private DirectoryHandles? GetFolders(bool create)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (_folders is null)
            {
                int top = create ? _destination.OpenOrCreate() : _destination.TryOpen();
                if (top >= 0)
                {
                    _folders = new DirectoryHandles(top, OpenFolder);
                }
            }

            return _folders;
        }
    }
}
