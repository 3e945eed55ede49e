using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace HandyBackup.Sources.Files.Linux.Native;

/// <summary>Extended attributes (xattr(7)), by descriptor or by path. Every path and name is a byte string that ends with 0.</summary>
[SupportedOSPlatform("linux")]
internal static unsafe partial class LibcAttributes
{
    [LibraryImport("libc", EntryPoint = "llistxattr", SetLastError = true)]
    public static partial nint ListNoFollow(byte* path, byte* names, nint size);

    [LibraryImport("libc", EntryPoint = "lgetxattr", SetLastError = true)]
    public static partial nint GetNoFollow(byte* path, byte* name, byte* value, nint size);

    [LibraryImport("libc", EntryPoint = "getxattr", SetLastError = true)]
    public static partial nint Get(byte* path, byte* name, byte* value, nint size);

    [LibraryImport("libc", EntryPoint = "fgetxattr", SetLastError = true)]
    public static partial nint Get(int descriptor, byte* name, byte* value, nint size);

    [LibraryImport("libc", EntryPoint = "flistxattr", SetLastError = true)]
    public static partial nint List(int descriptor, byte* names, nint size);

    [LibraryImport("libc", EntryPoint = "listxattr", SetLastError = true)]
    public static partial nint List(byte* path, byte* names, nint size);

    [LibraryImport("libc", EntryPoint = "fsetxattr", SetLastError = true)]
    public static partial int Set(int descriptor, byte* name, byte* value, nint size, int flags);

    [LibraryImport("libc", EntryPoint = "setxattr", SetLastError = true)]
    public static partial int Set(byte* path, byte* name, byte* value, nint size, int flags);

    [LibraryImport("libc", EntryPoint = "fremovexattr", SetLastError = true)]
    public static partial int Remove(int descriptor, byte* name);

    [LibraryImport("libc", EntryPoint = "removexattr", SetLastError = true)]
    public static partial int Remove(byte* path, byte* name);
}
