#if NET
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace HandyBackup.Module.Items.Copying;

/// <summary>Tells files from pipes, devices and sockets, which to .NET are files too: opening a pipe waits for a writer, and reading a device may never end.</summary>
[SupportedOSPlatform("linux")]
internal static class LinuxFile
{
    // fcntl.h of x64 and arm64, where O_NOFOLLOW differs.
    private const int CurrentFolder = -100;
    private const int NoFollow = 0x100;
    private const int EmptyPath = 0x1000;
    private const int NoControllingTerminal = 0x100;
    private const int NonBlocking = 0x800;
    private const int CloseOnExec = 0x80000;

    // linux/stat.h: struct statx has the same layout on every architecture; stx_mode, two bytes, lies at offset 28.
    private const int StatxSize = 256;
    private const int StatxModeOffset = 28;
    private const uint TypeWanted = 0x1;
    private const int TypeMask = 0xF000;
    private const int RegularFile = 0x8000;

    private const int TooManyLinks = 40;

    private static readonly int s_noFollow = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x8000 : 0x20000;

    /// <summary>True for a file with content; a link is none.</summary>
    /// <exception cref="IOException">It cannot be looked at.</exception>
    public static bool IsRegular(string path) => IsRegular(CurrentFolder, path, NoFollow);

    /// <summary>Opens a file for reading, and never waits for it. What has become something else since it was looked at is refused.</summary>
    /// <exception cref="IOException">It cannot be opened, or is no file.</exception>
    public static FileStream Open(string path)
    {
        int descriptor = Open(path, NoControllingTerminal | NonBlocking | CloseOnExec | s_noFollow);
        if (descriptor < 0)
        {
            throw Marshal.GetLastPInvokeError() == TooManyLinks ? Replaced() : Failed();
        }

        var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        try
        {
            return IsRegular(descriptor, "", EmptyPath) ? new FileStream(handle, FileAccess.Read, bufferSize: 1) : throw Replaced();
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    private static bool IsRegular(int folder, string path, int flags)
    {
        byte[] status = new byte[StatxSize];
        return Statx(folder, path, flags, TypeWanted, status) == 0
            ? (BitConverter.ToUInt16(status, StatxModeOffset) & TypeMask) == RegularFile
            : throw Failed();
    }

    private static IOException Failed() => new(Marshal.GetLastPInvokeErrorMessage());

    private static IOException Replaced() => new("The file was replaced by something else.");

#pragma warning disable SYSLIB1054 // LibraryImport needs unsafe code, which the module has nowhere else.
    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "statx", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Statx(int folder, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, uint mask, [Out] byte[] status);
#pragma warning restore SYSLIB1054
}
#endif
