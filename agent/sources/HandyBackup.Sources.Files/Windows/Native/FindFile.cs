using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace HandyBackup.Sources.Files.Windows.Native;

/// <summary>Looks at one file without opening it: attributes, times, size and reparse tag in one call, which System.IO does not give.</summary>
[SupportedOSPlatform("windows")]
internal static unsafe partial class FindFile
{
    private const int FileNotFound = 2;
    private const int PathNotFound = 3;

    /// <summary>False if there is no such file.</summary>
    /// <exception cref="SourceException">It cannot be looked at.</exception>
    public static bool TryGet(string path, out FindData data)
    {
        nint handle;
        fixed (FindData* pointer = &data)
        {
            handle = FindFirst(path, pointer);
        }

        if (handle != -1)
        {
            _ = Close(handle);
            return true;
        }

        int error = Marshal.GetLastPInvokeError();
        return error is FileNotFound or PathNotFound
            ? false
            : throw new SourceException(SourceError.Unreadable, Marshal.GetPInvokeErrorMessage(error));
    }

    [LibraryImport("kernel32.dll", EntryPoint = "FindFirstFileW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    private static partial nint FindFirst(string path, FindData* data);

    [LibraryImport("kernel32.dll", EntryPoint = "FindClose", SetLastError = true)]
    private static partial int Close(nint handle);
}
