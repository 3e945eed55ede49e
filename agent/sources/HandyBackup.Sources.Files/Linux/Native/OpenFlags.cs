using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace HandyBackup.Sources.Files.Linux.Native;

/// <summary>Flags of open(2). Their numbers are the kernel's: asm-generic/fcntl.h, and arch/arm64/include/uapi/asm/fcntl.h where those differ.</summary>
[SupportedOSPlatform("linux")]
internal static class OpenFlags
{
    public const int ReadOnly = 0;
    public const int ReadWrite = 0x2;
    public const int Create = 0x40;
    public const int Exclusive = 0x80;
    public const int NoControllingTerminal = 0x100;
    public const int NonBlocking = 0x800;
    public const int NoAccessTime = 0x40000;
    public const int CloseOnExec = 0x80000;

    /// <summary>O_PATH: names an inode without opening it.</summary>
    public const int PathOnly = 0x200000;

    private static readonly bool s_isArm = RuntimeInformation.ProcessArchitecture == Architecture.Arm64;

    public static int Directory { get; } = s_isArm ? 0x4000 : 0x10000;

    public static int NoFollow { get; } = s_isArm ? 0x8000 : 0x20000;

    /// <summary>O_TMPFILE: a file without a name.</summary>
    public static int Unnamed { get; } = 0x400000 | Directory;
}
