using System.Runtime.Versioning;
using HandyBackup.Sources.Files.Linux.Native;

namespace HandyBackup.Sources.Files.Linux.Restore;

/// <summary>A file that stands where one is restored to, opened for comparing. Safe for several threads.</summary>
[SupportedOSPlatform("linux")]
internal sealed unsafe class EarlierFile : IDisposable
{
    private const uint OtherBits = 0x7;
    private const uint GroupBits = 0x38;

    private readonly byte[] _name;
    private readonly StatX _stat;

    private EarlierFile(int descriptor, byte[] name, bool isAside, in StatX stat)
    {
        Descriptor = descriptor;
        _name = name;
        IsAside = isAside;
        _stat = stat;
    }

    public int Descriptor { get; }

    /// <summary>True if a restore was killed while it updated the file: it stands under its other name.</summary>
    public bool IsAside { get; }

    /// <summary>The name that it stands under, with a final 0.</summary>
    public ReadOnlySpan<byte> Name => _name;

    public long Size => (long)_stat.Size;

    /// <summary>Opens a regular file; null if there is none that can be read.</summary>
    public static EarlierFile? TryOpen(int folder, ReadOnlySpan<byte> terminatedName, bool isAside)
    {
        // Without waiting: it may have become a pipe or a device since it was looked at.
        const int Flags = OpenFlags.ReadOnly | OpenFlags.CloseOnExec | OpenFlags.NonBlocking | OpenFlags.NoControllingTerminal;
        int descriptor = FileDescriptor.Open(folder, terminatedName, Flags | OpenFlags.NoFollow);
        if (descriptor < 0)
        {
            return null;
        }

        if (FileDescriptor.Stat(descriptor, out StatX stat) && stat.Kind == SourceItemKind.File)
        {
            return new EarlierFile(descriptor, terminatedName.ToArray(), isAside, stat);
        }

        _ = LibcFile.Close(descriptor);
        return null;
    }

    /// <summary>True if the content of a place has this SHA-256.</summary>
    public bool HasContent(long offset, int length, ReadOnlySpan<byte> sha256) =>
        offset + length <= Size && FileContent.HasHash(Descriptor, offset, length, sha256);

    /// <summary>
    /// True if the file itself may become the item, so that nothing else needs to be made: it has no other name, which would be altered with it, and whoever
    /// could have opened it before may read the item as well.
    /// </summary>
    public bool MayBecome(SourceItem item)
    {
        uint others = _stat.Permissions & OtherBits & ~(item.Mode ?? 0);
        uint group = _stat.Permissions & GroupBits;
        uint self = LibcMetadata.GetEffectiveUserId();
        bool isOwnerTrusted = _stat.UserId == self || (self == 0 && _stat.UserId == item.UserId);
        bool isGroupTrusted = group == 0 || (_stat.GroupId == item.GroupId && (group & ~(item.Mode ?? 0)) == 0);
        return _stat.Links == 1 && item.Mode is not null && isOwnerTrusted && isGroupTrusted && others == 0 && !HasAccessList();
    }

    /// <summary>True if owner, mode and time are those of the item already. Then it may have other names, because nothing of it is altered.</summary>
    public bool HasMetadataOf(SourceItem item) =>
        _stat.Permissions == item.Mode && _stat.UserId == item.UserId && _stat.GroupId == item.GroupId && item.Modified == _stat.Modified.ToTime();

    /// <summary>Makes sure that nobody wrote to the file since it was opened, and that it stands where it stood.</summary>
    /// <exception cref="SourceException">What was compared is not what is there.</exception>
    public void RequireUnchanged(int folder)
    {
        bool isSame = FileDescriptor.Stat(Descriptor, out StatX now)
            && now.Size == _stat.Size
            && now.Modified.ToTime() == _stat.Modified.ToTime()
            && LibcFile.Stat(folder, _name, AtFlags.NoFollow, out StatX named) == 0
            && named.Inode == _stat.Inode
            && named.FileSystem == _stat.FileSystem;
        if (!isSame)
        {
            throw new SourceException(SourceError.NotWritten, "The file that is there was changed while it was compared with the snapshot.")
            {
                Advice = "Stop the program that writes to it, and restore it again.",
            };
        }
    }

    /// <summary>Opens the same file for writing; negative if that is not allowed, or if it is being executed.</summary>
    public int TryOpenForWriting()
    {
        Span<byte> path = stackalloc byte[ProcPath.MaximumLength];
        return FileDescriptor.Open(AtFlags.WorkingFolder, ProcPath.Format(path, Descriptor, []), OpenFlags.ReadWrite | OpenFlags.CloseOnExec | OpenFlags.NonBlocking);
    }

    public void Dispose() => _ = LibcFile.Close(Descriptor);

    // It may let in users whom the mode does not name.
    private bool HasAccessList()
    {
        Span<byte> path = stackalloc byte[ProcPath.MaximumLength];
        fixed (byte* name = "system.posix_acl_access\0"u8)
        fixed (byte* pointer = ProcPath.Format(path, Descriptor, []))
        {
            return (_stat.Permissions & GroupBits) != 0 && LibcAttributes.Get(pointer, name, null, 0) > 0;
        }
    }
}
