using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace HandyBackup.Sources.Files.Linux.Native;

/// <summary>Names in folders: listing, making, linking, renaming, removing. Every name is a byte string that ends with 0.</summary>
[SupportedOSPlatform("linux")]
internal static unsafe partial class LibcDirectory
{
    // arch/x86/entry/syscalls/syscall_64.tbl and include/uapi/asm-generic/unistd.h. The C library's own getdents64 is missing
    // in the oldest versions that .NET runs on.
    private static readonly long s_getDents = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 61 : 217;

    /// <summary>Fills the buffer with struct linux_dirent64 records (getdents64(2)); 0 at the end.</summary>
    public static long ReadEntries(int folder, byte* buffer, nint size) => SystemCall(s_getDents, folder, buffer, size);

    [LibraryImport("libc", EntryPoint = "readlinkat", SetLastError = true)]
    public static partial nint ReadLinkAt(int folder, byte* name, byte* buffer, nint size);

    [LibraryImport("libc", EntryPoint = "mkdirat", SetLastError = true)]
    public static partial int MakeFolderAt(int folder, byte* name, uint mode);

    [LibraryImport("libc", EntryPoint = "mknodat", SetLastError = true)]
    public static partial int MakeNodeAt(int folder, byte* name, uint mode, ulong device);

    [LibraryImport("libc", EntryPoint = "symlinkat", SetLastError = true)]
    public static partial int MakeSymbolicLinkAt(byte* target, int folder, byte* name);

    [LibraryImport("libc", EntryPoint = "linkat", SetLastError = true)]
    public static partial int LinkAt(int oldFolder, byte* oldName, int newFolder, byte* newName, int flags);

    [LibraryImport("libc", EntryPoint = "renameat", SetLastError = true)]
    public static partial int RenameAt(int oldFolder, byte* oldName, int newFolder, byte* newName);

    [LibraryImport("libc", EntryPoint = "unlinkat", SetLastError = true)]
    public static partial int UnlinkAt(int folder, byte* name, int flags);

    [LibraryImport("libc", EntryPoint = "faccessat", SetLastError = true)]
    public static partial int AccessAt(int folder, byte* name, int mode, int flags);

    [LibraryImport("libc", EntryPoint = "getcwd", SetLastError = true)]
    public static partial byte* GetWorkingFolder(byte* buffer, nint size);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial long SystemCall(long number, int folder, byte* buffer, nint size);
}
