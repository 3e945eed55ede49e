using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text;
using HandyBackup.Sources.Files.Linux.Native;

namespace HandyBackup.Sources.Files.Linux.Restore;

/// <summary>
/// Sets owner, mode, extended attributes and times, in this order: giving a file to somebody clears its setuid bits and capabilities, an
/// ACL sets group bits of the mode, and everything may change the times. What cannot be set is told, not thrown; a reason that is the same for
/// all items is told once. Safe for several threads.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed unsafe class MetadataWriter
{
    private const uint SetIdBits = 0xC00;
    private const uint OwnerBits = 0x1C0;
    private const string AclPrefix = "system.posix_acl_";

    private static readonly List<string> s_none = [];

    private readonly ConcurrentDictionary<string, bool> _told = new();
    private readonly bool _isRoot = LibcMetadata.GetEffectiveUserId() == 0;

    /// <summary>Sets the metadata of a file that was opened for writing.</summary>
    public IReadOnlyList<string> ApplyToFile(int descriptor, SourceItem item, SourceItemDetails details) =>
        Apply(new MetadataTarget(descriptor), item, details);

    /// <summary>True if a file has no extended attributes, and shall have none.</summary>
    public static bool HasNoAttributes(int descriptor, SourceItemDetails details) =>
        details.ExtendedAttributes is not { Count: > 0 } && LibcAttributes.List(descriptor, null, 0) == 0;

    /// <summary>Sets the metadata of a folder that is held by O_PATH.</summary>
    public IReadOnlyList<string> ApplyToFolder(int descriptor, SourceItem item, SourceItemDetails details)
    {
        Span<byte> path = stackalloc byte[ProcPath.MaximumLength];
        fixed (byte* pointer = ProcPath.Format(path, descriptor, []))
        {
            return Apply(new MetadataTarget(pointer), item, details);
        }
    }

    /// <summary>Sets the metadata of a link, device node, pipe or socket.</summary>
    public IReadOnlyList<string> ApplyByName(int folder, ReadOnlySpan<byte> terminatedName, SourceItem item, SourceItemDetails details)
    {
        int descriptor = FileDescriptor.Open(folder, terminatedName, OpenFlags.PathOnly | OpenFlags.NoFollow | OpenFlags.CloseOnExec);
        if (descriptor < 0)
        {
            throw SystemError.Writing(SystemError.Last);
        }

        try
        {
            return ApplyToFolder(descriptor, item, details);
        }
        finally
        {
            _ = LibcFile.Close(descriptor);
        }
    }

    /// <summary>Gives the owner the rights to work in an existing folder, where root does not have them anyway.</summary>
    public void MakeWritable(int above, ReadOnlySpan<byte> terminatedName, in StatX stat)
    {
        if (_isRoot || (stat.Permissions & OwnerBits) == OwnerBits)
        {
            return;
        }

        int descriptor = FileDescriptor.Open(above, terminatedName, OpenFlags.PathOnly | OpenFlags.Directory | OpenFlags.NoFollow | OpenFlags.CloseOnExec);
        if (descriptor < 0)
        {
            throw SystemError.Writing(SystemError.Last);
        }

        Span<byte> buffer = stackalloc byte[ProcPath.MaximumLength];
        int result;
        fixed (byte* path = ProcPath.Format(buffer, descriptor, []))
        {
            result = LibcMetadata.ChangeMode(path, stat.Permissions | OwnerBits);
        }

        int errno = SystemError.Last;
        _ = LibcFile.Close(descriptor);
        if (result != 0)
        {
            throw SystemError.Writing(errno);
        }
    }

    private List<string> Apply(MetadataTarget target, SourceItem item, SourceItemDetails details)
    {
        List<string>? failures = null;
        bool isOwned = SetOwner(target, item, ref failures);
        if (item is { Mode: { } mode, Kind: not SourceItemKind.SymbolicLink })
        {
            // With another owner than it had, a setuid program would lend the wrong user's rights.
            uint wanted = isOwned || item.Kind == SourceItemKind.Folder ? mode : mode & ~SetIdBits;
            if (target.SetMode(wanted & 0xFFF) != 0)
            {
                Fail(ref failures, "Mode", SystemError.Last);
            }
            else if (wanted != mode)
            {
                (failures ??= []).Add("Setuid and setgid: withheld, as the owner could not be set.");
            }
        }

        SetAttributes(target, item.Kind, details.ExtendedAttributes, ref failures);
        if (item.Modified is { } modified && target.SetTimes(modified) != 0)
        {
            Fail(ref failures, "Times", SystemError.Last);
        }

        return failures ?? s_none;
    }

    private bool SetOwner(MetadataTarget target, SourceItem item, ref List<string>? failures)
    {
        // Items of sources that know no POSIX rights have no owner either.
        if (item.Mode is null || target.SetOwner(item.UserId, item.GroupId) == 0)
        {
            return true;
        }

        int errno = SystemError.Last;
        if (_isRoot || errno != Errno.NotPermitted)
        {
            Fail(ref failures, "Owner", errno);
            return false;
        }

        // A user may still give a file to a group that the user is in.
        const uint Unchanged = uint.MaxValue;
        _ = target.SetOwner(Unchanged, item.GroupId);
        FailOnce(ref failures, "owner", "Owner: only root can give files to other users.");
        return false;
    }

    private void SetAttributes(MetadataTarget target, SourceItemKind kind, IReadOnlyList<KeyValuePair<string, byte[]>>? wanted, ref List<string>? failures)
    {
        RemoveOthers(target, kind, wanted, ref failures);
        if (wanted is null)
        {
            return;
        }

        foreach ((string name, byte[] value) in wanted)
        {
            if (name.Contains('\0'))
            {
                (failures ??= []).Add("Extended attribute: one has a name that is none.");
                continue;
            }

            int result;
            fixed (byte* terminated = Encoding.UTF8.GetBytes(name + '\0'))
            fixed (byte* pointer = value)
            {
                result = target.SetAttribute(terminated, pointer, value.Length);
            }

            if (result != 0)
            {
                FailAttribute(ref failures, name, SystemError.Last);
            }
        }
    }

    // A folder's default ACL gives new items an ACL that they did not have where they came from, and a folder that existed may have
    // attributes of its own. What the security modules of the system set is left to them.
    private void RemoveOthers(MetadataTarget target, SourceItemKind kind, IReadOnlyList<KeyValuePair<string, byte[]>>? wanted, ref List<string>? failures)
    {
        // More than that nobody has, and then what is beyond is not ours to judge.
        const int Size = 4096;
        byte* names = stackalloc byte[Size];
        nint length = kind == SourceItemKind.SymbolicLink ? 0 : target.ListAttributes(names, Size);
        for (nint at = 0; at < length;)
        {
            ReadOnlySpan<byte> raw = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(names + at);
            string name = Encoding.UTF8.GetString(raw);
            bool isOurs = name.StartsWith(AclPrefix, StringComparison.Ordinal) || name.StartsWith("user.", StringComparison.Ordinal) || name.StartsWith("trusted.", StringComparison.Ordinal);
            if (isOurs && !IsWanted(wanted, name) && target.RemoveAttribute(names + at) != 0 && SystemError.Last != Errno.NoData)
            {
                FailAttribute(ref failures, name, SystemError.Last);
            }

            at += raw.Length + 1;
        }
    }

    private static bool IsWanted(IReadOnlyList<KeyValuePair<string, byte[]>>? wanted, string name)
    {
        for (int i = 0; i < (wanted?.Count ?? 0); i++)
        {
            if (wanted![i].Key == name)
            {
                return true;
            }
        }

        return false;
    }

    private void FailAttribute(ref List<string>? failures, string name, int errno)
    {
        string space = name[..(name.IndexOf('.', StringComparison.Ordinal) + 1)];
        if (errno == Errno.NotSupported)
        {
            FailOnce(ref failures, space, $"Extended attribute '{name}': the file system cannot keep attributes of this kind.");
        }
        else if (errno == Errno.NotPermitted && !_isRoot)
        {
            FailOnce(ref failures, space, $"Extended attribute '{name}': only root can set attributes of this kind.");
        }
        else
        {
            Fail(ref failures, $"Extended attribute '{name}'", errno);
        }
    }

    private void FailOnce(ref List<string>? failures, string reason, string text)
    {
        if (_told.TryAdd(reason, true))
        {
            (failures ??= []).Add($"{text} This is told once and true of every such item.");
        }
    }

    private static void Fail(ref List<string>? failures, string what, int errno) =>
        (failures ??= []).Add($"{what}: {SystemError.Describe(errno)}.");
}
