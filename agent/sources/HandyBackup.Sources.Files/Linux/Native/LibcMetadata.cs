using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace HandyBackup.Sources.Files.Linux.Native;

/// <summary>Owner, mode and times, by descriptor or by path. Every path is a byte string that ends with 0.</summary>
[SupportedOSPlatform("linux")]
internal static unsafe partial class LibcMetadata
{
    [LibraryImport("libc", EntryPoint = "geteuid")]
    public static partial uint GetEffectiveUserId();

    [LibraryImport("libc", EntryPoint = "fchown", SetLastError = true)]
    public static partial int ChangeOwner(int descriptor, uint user, uint group);

    [LibraryImport("libc", EntryPoint = "chown", SetLastError = true)]
    public static partial int ChangeOwner(byte* path, uint user, uint group);

    [LibraryImport("libc", EntryPoint = "fchmod", SetLastError = true)]
    public static partial int ChangeMode(int descriptor, uint mode);

    [LibraryImport("libc", EntryPoint = "chmod", SetLastError = true)]
    public static partial int ChangeMode(byte* path, uint mode);

    [LibraryImport("libc", EntryPoint = "futimens", SetLastError = true)]
    public static partial int SetTimes(int descriptor, Timespec* accessedAndModified);

    [LibraryImport("libc", EntryPoint = "utimensat", SetLastError = true)]
    public static partial int SetTimes(int folder, byte* path, Timespec* accessedAndModified, int flags);

    /// <summary>struct timespec as 64-bit systems have it.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct Timespec
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
