using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace HandyBackup.Stores;

/// <summary>The system calls that .NET has no method for.</summary>
[UnsupportedOSPlatform("windows")]
internal static partial class UnixFileSystem
{
    private const int NotPermitted = 1;
    private const int Exists = 17;

    // The same on every Unix that .NET runs on; EMLINK is a file system that allows one link only.
    private const int TooManyLinks = 31;

    /// <summary>Gives a file a second name unless that name exists.</summary>
    /// <returns>False if the file system has no hard links.</returns>
    /// <exception cref="StoreException"><see cref="StoreError.AlreadyExists"/>.</exception>
    public static bool TryLink(string existing, string added)
    {
        if (Link(existing, added) == 0)
        {
            return true;
        }

        int error = Marshal.GetLastPInvokeError();
        return error switch
        {
            Exists => throw LocalStore.AlreadyExists(added),
            NotPermitted or TooManyLinks => false,
            _ when FolderEntries.IsNotSupported(error) => false,
            _ => throw FolderEntries.LastError(added),
        };
    }

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string existing, string added);
}
