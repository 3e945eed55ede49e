using System.Runtime.Versioning;
using System.Text;
using HandyBackup.Sources.Files.Linux.Native;
using HandyBackup.Sources.Files.Linux.Restore;
using HandyBackup.Sources.Files.Sessions;

namespace HandyBackup.Sources.Files.Linux;

/// <summary>The files of a Linux machine. Everything is opened relative to the folder that contains it, never by its whole path.</summary>
[SupportedOSPlatform("linux")]
internal sealed unsafe class LinuxFileTree : IFileTree
{
    private const int LookFlags = AtFlags.NoFollow | AtFlags.NoAutomount;
    private const int FolderFlags = OpenFlags.ReadOnly | OpenFlags.CloseOnExec;

    private readonly DirectoryHandles _folders;
    private readonly AccountNames _accounts = new();

    private LinuxFileTree(int top, ulong topDevice)
    {
        _folders = new DirectoryHandles(top, OpenFolder);
        TopDevice = topDevice;
    }

    public ulong TopDevice { get; }

    /// <summary>Opens the tree of the whole machine.</summary>
    /// <exception cref="SourceException"><see cref="SourceError.Unavailable"/>.</exception>
    public static LinuxFileTree Open()
    {
        ProcPath.Require();
        int top = FileDescriptor.Open(AtFlags.WorkingFolder, "/\0"u8, OpenFlags.PathOnly | OpenFlags.Directory | OpenFlags.CloseOnExec);
        if (top < 0)
        {
            throw new SourceException(SourceError.Unavailable, SystemError.Describe(SystemError.Last));
        }

        return new LinuxFileTree(top, FileDescriptor.Stat(top, out StatX stat) ? stat.FileSystem : 0);
    }

    public byte[] ParsePath(string path) => LinuxPath.Parse(path);

    public string FormatPath(ReadOnlySpan<byte> treePath) => "/" + EscapedText.ToText(treePath);

    public FolderNames ReadNames(FileItem? folder, CancellationToken cancellationToken)
    {
        int descriptor;
        using (DirectoryLease above = _folders.Get(folder?.Parent))
        {
            // Its own descriptor, as a descriptor has one reading position, and the folder may be listed twice at once.
            ReadOnlySpan<byte> name = folder is null ? ".\0"u8 : folder.TerminatedName.Span;
            descriptor = OpenKnown(above.Descriptor, name, FolderFlags | OpenFlags.Directory | (folder is { FollowsLink: true } or null ? 0 : OpenFlags.NoFollow), mayKeepTime: true);
            if (descriptor < 0)
            {
                throw NotAFolder(SystemError.Last);
            }
        }

        try
        {
            FolderNames names = DirectoryEntries.Read(descriptor, cancellationToken);
            if (folder is not null)
            {
                int offered = descriptor;
                descriptor = -1;
                _folders.Offer(folder, offered);
            }

            return names;
        }
        finally
        {
            if (descriptor >= 0)
            {
                _ = LibcFile.Close(descriptor);
            }
        }
    }

    public FileItem? Find(FileItem? folder, ReadOnlyMemory<byte> terminatedName, bool followLink)
    {
        using DirectoryLease above = _folders.Get(folder);
        if (LibcFile.Stat(above.Descriptor, terminatedName.Span, followLink ? AtFlags.NoAutomount : LookFlags, out StatX stat) != 0)
        {
            int errno = SystemError.Last;
            return errno is Errno.NoEntry or Errno.NotDirectory ? null : throw SystemError.Reading(errno);
        }

        SourceItemKind kind = stat.Kind;
        return new FileItem
        {
            Parent = folder,
            TerminatedName = terminatedName,
            Name = terminatedName[..^1],
            FollowsLink = followLink,
            Kind = kind,
            Size = kind == SourceItemKind.File ? (long)stat.Size : 0,
            Modified = stat.Modified.ToTime(),
            Changed = stat.Changed.ToTime(),
            Mode = stat.Permissions,
            UserId = stat.UserId,
            GroupId = stat.GroupId,
            Inode = stat.Inode,
            DeviceId = stat.FileSystem,
            Links = stat.Links,
            Device = kind is SourceItemKind.BlockDevice or SourceItemKind.CharacterDevice ? stat.Device : 0,
        };
    }

    public SourceItemDetails GetDetails(FileItem item)
    {
        using DirectoryLease above = _folders.Get(item.Parent);
        ReadOnlySpan<byte> name = item.TerminatedName.Span;
        return new SourceItemDetails
        {
            User = _accounts.GetUser(item.UserId),
            Group = _accounts.GetGroup(item.GroupId),
            LinkTarget = item.Kind == SourceItemKind.SymbolicLink ? ReadLink(above.Descriptor, name) : default,

            // Of a folder that is reached through a link, the folder's own attributes are wanted, not the link's.
            ExtendedAttributes = item.FollowsLink ? ReadOwnAttributes(item) : AttributeReader.Read(above.Descriptor, name),
        };
    }

    public ISourceReader OpenRead(FileItem file) => Open(file);

    public bool IsVolume(FileItem folder)
    {
        // STATX_ATTR_MOUNT_ROOT (include/uapi/linux/stat.h), since Linux 5.8: what is mounted may lie on the same device.
        const ulong MountRoot = 0x2000;
        using DirectoryLease above = _folders.Get(folder.Parent);
        return LibcFile.Stat(above.Descriptor, folder.TerminatedName.Span, LookFlags, out StatX stat) == 0
            ? (stat.Attributes & MountRoot) != 0 || stat.FileSystem != (folder.Parent?.DeviceId ?? TopDevice)
            : throw SystemError.Reading(SystemError.Last);
    }

    public FolderMark? Identify(string path) =>
        LibcFile.Stat(AtFlags.WorkingFolder, [.. Encoding.UTF8.GetBytes(path), 0], AtFlags.NoAutomount, out StatX stat) == 0
            ? new FolderMark(path, Inode: stat.Inode, Device: stat.FileSystem)
            : null;

    public bool IsAt(FileItem folder, FolderMark mark) => folder.Inode == mark.Inode && folder.DeviceId == mark.Device;

    public void CheckPlace(FileItem item, IReadOnlyList<string> protectedFolders)
    {
        using DirectoryLease folder = _folders.Get(item.Kind == SourceItemKind.Folder ? item : item.Parent);
        new ProtectedFolders(protectedFolders).CheckWithAllAbove(folder.Descriptor, FormatPath(item.GetPath()));
    }

    public bool MayBeAt(FileItem folder, FolderMark mark) => IsAt(folder, mark);

    public void Remove(FileItem item)
    {
        using DirectoryLease above = _folders.Get(item.Parent);
        fixed (byte* name = item.TerminatedName.Span)
        {
            if (LibcDirectory.UnlinkAt(above.Descriptor, name, item.Kind == SourceItemKind.Folder ? AtFlags.RemoveFolder : 0) == 0)
            {
                return;
            }
        }

        int errno = SystemError.Last;
        throw new SourceException(
            errno switch
            {
                Errno.NotEmpty or Errno.Exists => SourceError.FolderNotEmpty,
                Errno.NoEntry => SourceError.Vanished,
                _ => SourceError.NotRemoved,
            },
            SystemError.Describe(errno));
    }

    public int ReadStart(FileItem file, Span<byte> buffer)
    {
        using LinuxFileReader reader = Open(file);
        int length = 0;
        while (length < buffer.Length)
        {
            int read = reader.Read(buffer[length..]);
            if (read == 0)
            {
                break;
            }

            length += read;
        }

        return length;
    }

    public void Dispose() => _folders.Dispose();

    private static int OpenFolder(int above, SourceItem folder)
    {
        var item = (FileItem)folder;
        int flags = OpenFlags.PathOnly | OpenFlags.Directory | OpenFlags.CloseOnExec | (item.FollowsLink ? 0 : OpenFlags.NoFollow);
        int descriptor = FileDescriptor.Open(above, item.TerminatedName.Span, flags);
        return descriptor >= 0 ? descriptor : throw NotAFolder(SystemError.Last);
    }

    private static SourceException NotAFolder(int errno) => errno is Errno.NotDirectory or Errno.TooManyLinks
        ? new SourceException(SourceError.Vanished, "The folder was replaced by something else.")
        : SystemError.Reading(errno);

    // Reading should not change the time of last access, which only the owner and root may ask for (open(2), O_NOATIME).
    private static int OpenKnown(int above, ReadOnlySpan<byte> name, int flags, bool mayKeepTime)
    {
        if (mayKeepTime)
        {
            int descriptor = FileDescriptor.Open(above, name, flags | OpenFlags.NoAccessTime);
            if (descriptor >= 0 || SystemError.Last != Errno.NotPermitted)
            {
                return descriptor;
            }
        }

        return FileDescriptor.Open(above, name, flags);
    }

    private static byte[] ReadLink(int above, ReadOnlySpan<byte> name)
    {
        // PATH_MAX, which includes a final 0 that readlink(2) does not give: no target fills it.
        const int MaximumTarget = 4096;
        byte* target = stackalloc byte[MaximumTarget];
        fixed (byte* terminated = name)
        {
            nint length = LibcDirectory.ReadLinkAt(above, terminated, target, MaximumTarget);
            return length >= 0 ? new ReadOnlySpan<byte>(target, (int)length).ToArray()
                : SystemError.Last == Errno.Invalid ? throw new SourceException(SourceError.Vanished, "The link was replaced by something else.")
                : throw SystemError.Reading(SystemError.Last);
        }
    }

    private List<KeyValuePair<string, byte[]>>? ReadOwnAttributes(FileItem folder)
    {
        using DirectoryLease own = _folders.Get(folder);
        return AttributeReader.Read(own.Descriptor, ".\0"u8);
    }

    private LinuxFileReader Open(FileItem file)
    {
        // Whatever stands there by now is opened without waiting: a pipe without a writer would block for ever.
        const int Flags = OpenFlags.ReadOnly | OpenFlags.CloseOnExec | OpenFlags.NonBlocking | OpenFlags.NoControllingTerminal;
        using DirectoryLease above = _folders.Get(file.Parent);
        ReadOnlySpan<byte> name = file.TerminatedName.Span;
        int descriptor = OpenKnown(above.Descriptor, name, Flags | OpenFlags.NoFollow, _accounts.MayKeepTime(file.UserId));
        if (descriptor < 0 && SystemError.Last == Errno.TryAgain)
        {
            descriptor = OpenLeased(above.Descriptor, name);
        }

        if (descriptor < 0)
        {
            int errno = SystemError.Last;
            throw errno is Errno.TooManyLinks or Errno.NoDeviceOrAddress or Errno.NotDirectory ? Replaced() : SystemError.Reading(errno);
        }

        if (FileDescriptor.Stat(descriptor, out StatX stat) && stat.Kind == SourceItemKind.File)
        {
            return new LinuxFileReader(descriptor, file, stat, _accounts);
        }

        _ = LibcFile.Close(descriptor);
        throw Replaced();
    }

    private static SourceException Replaced() => new(SourceError.Vanished, "The file was replaced by something else.");

    // Another program holds a lease on the file (fcntl(2), F_SETLEASE; Samba does), which it gives up if we wait. Waiting is only safe once
    // it is certain that this is a file: the inode is held first, looked at, and then opened itself.
    private static int OpenLeased(int above, ReadOnlySpan<byte> name)
    {
        int held = FileDescriptor.Open(above, name, OpenFlags.PathOnly | OpenFlags.NoFollow | OpenFlags.CloseOnExec);
        if (held < 0)
        {
            return held;
        }

        try
        {
            if (!FileDescriptor.Stat(held, out StatX stat) || stat.Kind != SourceItemKind.File)
            {
                throw Replaced();
            }

            Span<byte> path = stackalloc byte[ProcPath.MaximumLength];
            return FileDescriptor.Open(AtFlags.WorkingFolder, ProcPath.Format(path, held, []), OpenFlags.ReadOnly | OpenFlags.CloseOnExec);
        }
        finally
        {
            _ = LibcFile.Close(held);
        }
    }
}
