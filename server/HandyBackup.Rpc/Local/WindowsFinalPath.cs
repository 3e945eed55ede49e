using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace HandyBackup.Rpc.Local;

/// <summary>The one path that a folder of Windows has after links, short names, drive substitutions and letter case are resolved.</summary>
internal static class WindowsFinalPath
{
    // fileapi.h, winnt.h
    private const uint ShareAll = 7;
    private const uint OpenExisting = 3;
    private const uint BackupSemantics = 0x02000000;
    private const int MaximumLength = 32_768;

    /// <summary>Resolves a folder that exists.</summary>
    /// <exception cref="Win32Exception">It cannot be opened.</exception>
    public static string Of(string folder)
    {
        // No access is asked for: reading the path needs none.
        using SafeFileHandle handle = CreateFile(folder, 0, ShareAll, IntPtr.Zero, OpenExisting, BackupSemantics, IntPtr.Zero);
        if (handle.IsInvalid)
        {
            throw new Win32Exception(Marshal.GetLastWin32Error());
        }

        var buffer = new char[MaximumLength];
        uint length = GetFinalPathNameByHandle(handle, buffer, (uint)buffer.Length, 0);
        return length is 0 or > MaximumLength ? throw new Win32Exception(Marshal.GetLastWin32Error()) : new string(buffer, 0, (int)length);
    }

#pragma warning disable SYSLIB1054 // LibraryImport does not exist for .NET Framework, which shares this code.
    [DllImport("kernel32.dll", EntryPoint = "CreateFileW", CharSet = CharSet.Unicode, SetLastError = true, ExactSpelling = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern SafeFileHandle CreateFile(string name, uint access, uint share, IntPtr security, uint disposition, uint flags, IntPtr template);

    [DllImport("kernel32.dll", EntryPoint = "GetFinalPathNameByHandleW", CharSet = CharSet.Unicode, SetLastError = true, ExactSpelling = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern uint GetFinalPathNameByHandle(SafeFileHandle file, [Out] char[] path, uint length, uint flags);
#pragma warning restore SYSLIB1054
}
