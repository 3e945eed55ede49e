using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace HandyBackup.Sources.Files.Linux.Native;

/// <summary>The blocks behind a file: reserving, freeing, sharing, locking, and bringing them to the disk.</summary>
[SupportedOSPlatform("linux")]
internal static unsafe partial class LibcSpace
{
    /// <summary>FALLOC_FL_KEEP_SIZE of fallocate(2): what is reserved lies beyond the file's end until it is written.</summary>
    public const int KeepSize = 1;

    /// <summary>FALLOC_FL_PUNCH_HOLE, which wants FALLOC_FL_KEEP_SIZE as well.</summary>
    public const int PunchHole = 2;

    // LOCK_EX, LOCK_NB and LOCK_UN of flock(2).
    private const int Exclusive = 2;
    private const int NoWaiting = 4;
    private const int Release = 8;

    // FICLONE of ioctl_ficlonerange(2): _IOW(0x94, 9, int).
    private const nuint Clone = 0x40049409;

    // TMPFS_MAGIC (include/uapi/linux/magic.h).
    private const long MemoryFileSystem = 0x01021994;

    /// <summary>Tells the free space of a file system that lies in memory; null for all others.</summary>
    public static long? GetFreeMemory(int descriptor)
    {
        FileSystemState state;
        return GetState(descriptor, &state) == 0 && state.Type == MemoryFileSystem ? state.Available * state.BlockSize : null;
    }

    [LibraryImport("libc", EntryPoint = "fallocate", SetLastError = true)]
    public static partial int Allocate(int descriptor, int mode, long offset, long length);

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    public static partial int SyncData(int descriptor);

    /// <summary>Takes the lock of an open file, which ends with the last descriptor of it, and with the process.</summary>
    public static bool TryLock(int descriptor) => Lock(descriptor, Exclusive | NoWaiting) == 0;

    /// <summary>Gives the lock back, also where a process that is just being started has a copy of the descriptor.</summary>
    public static void Unlock(int descriptor) => _ = Lock(descriptor, Release);

    /// <summary>Makes a file share all blocks of another one, where the file system can do that.</summary>
    public static bool TryShareBlocks(int descriptor, int source) => Control(descriptor, Clone, source) == 0;

    [LibraryImport("libc", EntryPoint = "fstatfs", SetLastError = true)]
    private static partial int GetState(int descriptor, FileSystemState* state);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int Lock(int descriptor, int operation);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Control(int descriptor, nuint request, int argument);

    // struct statfs of 64-bit systems (include/uapi/asm-generic/statfs.h): 120 bytes.
    [StructLayout(LayoutKind.Sequential, Size = 120)]
    private struct FileSystemState
    {
        public long Type;
        public long BlockSize;
        public long Blocks;
        public long Free;
        public long Available;
    }
}
