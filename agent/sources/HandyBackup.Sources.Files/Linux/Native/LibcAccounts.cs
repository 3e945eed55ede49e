using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace HandyBackup.Sources.Files.Linux.Native;

/// <summary>
/// User and group names. The records differ between C libraries, except that the name comes first in both (pwd.h, grp.h); nothing else
/// of them is read.
/// </summary>
[SupportedOSPlatform("linux")]
internal static unsafe partial class LibcAccounts
{
    [LibraryImport("libc", EntryPoint = "getpwuid_r")]
    public static partial int GetUser(uint id, byte** record, byte* buffer, nint size, void** result);

    [LibraryImport("libc", EntryPoint = "getgrgid_r")]
    public static partial int GetGroup(uint id, byte** record, byte* buffer, nint size, void** result);
}
