using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace HandyBackup.Sources.Files.Linux.Native;

/// <summary>Opening, reading and writing. Every name is a byte string that ends with 0.</summary>
[SupportedOSPlatform("linux")]
internal static unsafe partial class LibcFile
{
    /// <summary>SEEK_DATA and SEEK_HOLE of lseek(2).</summary>
    public const int SeekData = 3;
    public const int SeekHole = 4;

    /// <summary>POSIX_FADV_SEQUENTIAL.</summary>
    public const int AdviceSequential = 2;

    [LibraryImport("libc", EntryPoint = "openat", SetLastError = true)]
    public static partial int OpenAt(int folder, byte* name, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "pread", SetLastError = true)]
    public static partial nint ReadAt(int descriptor, byte* buffer, nint count, long offset);

    [LibraryImport("libc", EntryPoint = "pwrite", SetLastError = true)]
    public static partial nint WriteAt(int descriptor, byte* buffer, nint count, long offset);

    [LibraryImport("libc", EntryPoint = "lseek", SetLastError = true)]
    public static partial long Seek(int descriptor, long offset, int whence);

    [LibraryImport("libc", EntryPoint = "ftruncate", SetLastError = true)]
    public static partial int Truncate(int descriptor, long length);

    [LibraryImport("libc", EntryPoint = "posix_fadvise")]
    public static partial int Advise(int descriptor, long offset, long length, int advice);

    /// <summary>statx(2), with the basic fields asked for.</summary>
    public static int Stat(int folder, ReadOnlySpan<byte> terminatedName, int flags, out StatX result)
    {
        const uint BasicStats = 0x7FF;
        fixed (byte* name = terminatedName)
        fixed (StatX* buffer = &result)
        {
            return StatX(folder, name, flags, BasicStats, buffer);
        }
    }

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true)]
    private static partial int StatX(int folder, byte* name, int flags, uint mask, StatX* buffer);
}
