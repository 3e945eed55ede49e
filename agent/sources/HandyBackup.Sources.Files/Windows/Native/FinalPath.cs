using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace HandyBackup.Sources.Files.Windows.Native;

/// <summary>The one path that a file or folder of Windows has after links, short names, substituted drives and letter case are resolved.</summary>
[SupportedOSPlatform("windows")]
internal static unsafe partial class FinalPath
{
    // fileapi.h, winnt.h, winerror.h
    private const uint ShareAll = 7;
    private const uint OpenExisting = 3;
    private const uint BackupSemantics = 0x02000000;
    private const uint OpenReparsePoint = 0x00200000;
    private const int FileNotFound = 2;
    private const int PathNotFound = 3;
    private const int MaximumLength = 32_768;

    /// <summary>Resolves a path; null if nothing is there.</summary>
    /// <param name="path">The path.</param>
    /// <param name="followLink">False to give the place of a link that the path ends with, not that of its target.</param>
    /// <exception cref="SourceException">It cannot be looked at.</exception>
    public static string? TryGet(string path, bool followLink)
    {
        // No access is asked for: reading the path needs none.
        using SafeFileHandle handle = Open(path, 0, ShareAll, 0, OpenExisting, BackupSemantics | (followLink ? 0 : OpenReparsePoint), 0);
        if (handle.IsInvalid)
        {
            int error = Marshal.GetLastPInvokeError();
            return error is FileNotFound or PathNotFound ? null : throw Failed(error);
        }

        char[] buffer = new char[MaximumLength];
        fixed (char* pointer = buffer)
        {
            uint length = GetPath(handle, pointer, MaximumLength, 0);
            return length is 0 or > MaximumLength ? throw Failed(Marshal.GetLastPInvokeError()) : new string(buffer, 0, (int)length);
        }
    }

    private static SourceException Failed(int error) => new(SourceError.Unreadable, Marshal.GetPInvokeErrorMessage(error));

    [LibraryImport("kernel32.dll", EntryPoint = "CreateFileW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    private static partial SafeFileHandle Open(string path, uint access, uint share, nint security, uint disposition, uint flags, nint template);

    [LibraryImport("kernel32.dll", EntryPoint = "GetFinalPathNameByHandleW", SetLastError = true)]
    private static partial uint GetPath(SafeFileHandle file, char* path, uint length, uint flags);
}
