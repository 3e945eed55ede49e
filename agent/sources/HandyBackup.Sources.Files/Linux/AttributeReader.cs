using System.Runtime.Versioning;
using System.Text;
using HandyBackup.Sources.Files.Linux.Native;

namespace HandyBackup.Sources.Files.Linux;

/// <summary>Reads extended attributes, POSIX ACLs among them (system.posix_acl_access, system.posix_acl_default: acl(5) as xattr(7) shows them).</summary>
[SupportedOSPlatform("linux")]
internal static unsafe class AttributeReader
{
    // Enough for nearly all; XATTR_LIST_MAX and XATTR_SIZE_MAX are 64 KiB (include/uapi/linux/limits.h).
    private const int UsualSize = 1024;
    private const int MaximumSize = 64 * 1024;

    /// <summary>All attributes of a name in a folder, not following a link there; null if there are none.</summary>
    /// <exception cref="SourceException">The item is gone or its attributes cannot be read.</exception>
    public static List<KeyValuePair<string, byte[]>>? Read(int folder, ReadOnlySpan<byte> terminatedName)
    {
        Span<byte> buffer = stackalloc byte[ProcPath.MaximumLength];
        fixed (byte* path = ProcPath.Format(buffer, folder, terminatedName))
        {
            return Read(new Holder(-1, path));
        }
    }

    /// <summary>All attributes of an open file; null if there are none. Much less work than by name.</summary>
    /// <exception cref="SourceException">They cannot be read.</exception>
    public static List<KeyValuePair<string, byte[]>>? Read(int descriptor) => Read(new Holder(descriptor, null));

    private static List<KeyValuePair<string, byte[]>>? Read(in Holder holder)
    {
        Span<byte> usual = stackalloc byte[UsualSize];
        fixed (byte* pointer = usual)
        {
            nint length = holder.List(pointer, UsualSize);
            if (length == 0)
            {
                return null;
            }

            if (length > 0)
            {
                return ReadAll(holder, usual[..(int)length]);
            }

            if (SystemError.Last == Errno.Range)
            {
                byte[] large = new byte[MaximumSize];
                fixed (byte* largePointer = large)
                {
                    length = holder.List(largePointer, MaximumSize);
                    if (length >= 0)
                    {
                        return ReadAll(holder, large.AsSpan(0, (int)length));
                    }
                }
            }

            int errno = SystemError.Last;
            return IsNone(errno) ? null : throw SystemError.Reading(errno);
        }
    }

    // Some SMB mounts say ENODATA for "not supported" (restic, internal/fs/node_xattr.go).
    private static bool IsNone(int errno) => errno is Errno.NotSupported or Errno.NoData;

    private static List<KeyValuePair<string, byte[]>>? ReadAll(in Holder holder, ReadOnlySpan<byte> names)
    {
        List<KeyValuePair<string, byte[]>> attributes = [];
        while (!names.IsEmpty)
        {
            int length = names.IndexOf((byte)0);
            byte[]? value = ReadValue(holder, names[..(length + 1)]);
            if (value is not null)
            {
                attributes.Add(new(Encoding.UTF8.GetString(names[..length]), value));
            }

            names = names[(length + 1)..];
        }

        return attributes.Count > 0 ? attributes : null;
    }

    // Null if the attribute is gone by now.
    private static byte[]? ReadValue(in Holder holder, ReadOnlySpan<byte> terminatedName)
    {
        Span<byte> usual = stackalloc byte[UsualSize];
        fixed (byte* name = terminatedName)
        fixed (byte* pointer = usual)
        {
            nint length = holder.Get(name, pointer, UsualSize);
            if (length >= 0)
            {
                return usual[..(int)length].ToArray();
            }

            if (SystemError.Last == Errno.Range)
            {
                byte[] large = new byte[MaximumSize];
                fixed (byte* largePointer = large)
                {
                    length = holder.Get(name, largePointer, MaximumSize);
                    if (length >= 0)
                    {
                        return large[..(int)length];
                    }
                }
            }

            int errno = SystemError.Last;
            return IsNone(errno) ? null : throw SystemError.Reading(errno);
        }
    }

    /// <summary>Whose attributes they are: an open file's, or a name's.</summary>
    private readonly struct Holder(int descriptor, byte* path)
    {
        private readonly byte* _path = path;

        public nint List(byte* names, nint size) => _path == null ? LibcAttributes.List(descriptor, names, size) : LibcAttributes.ListNoFollow(_path, names, size);

        public nint Get(byte* name, byte* value, nint size) =>
            _path == null ? LibcAttributes.Get(descriptor, name, value, size) : LibcAttributes.GetNoFollow(_path, name, value, size);
    }
}
