using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace HandyBackup.Stores;

/// <summary>The system calls that .NET has no method for.</summary>
[UnsupportedOSPlatform("windows")]
internal static partial class UnixFileSystem
{
    private const int LinuxCloseOnExec = 0x80000;
    private const int NotPermitted = 1;
    private const int Exists = 17;
    private const int Invalid = 22;

    // The same on every Unix that .NET runs on; EMLINK is a file system that allows one link only.
    private const int TooManyLinks = 31;

    /// <summary>Makes the entries of a folder durable: a file that was created or renamed in it survives a loss of power.</summary>
    public static void FlushFolder(string path)
    {
        // Children that other threads start meanwhile must not inherit the descriptor.
        int descriptor = Open(path, OperatingSystem.IsLinux() ? LinuxCloseOnExec : 0);
        if (descriptor < 0)
        {
            throw LastError(path);
        }

        try
        {
            // Some network and FUSE file systems have no fsync for folders and say EINVAL or ENOTSUP; there is nothing more to be done there.
            if (Fsync(descriptor) != 0 && Marshal.GetLastPInvokeError() is int error && error != Invalid && !IsNotSupported(error))
            {
                throw LastError(path);
            }
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

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
            _ when IsNotSupported(error) => false,
            _ => throw LastError(added),
        };
    }

    // ENOTSUP, EOPNOTSUPP and ENOSYS of Linux; ENOTSUP, EOPNOTSUPP and ENOSYS of macOS.
    private static bool IsNotSupported(int error) => OperatingSystem.IsLinux() ? error is 95 or 38 : error is 45 or 102 or 78;

    private static Exception LastError(string path)
    {
        int error = Marshal.GetLastPInvokeError();
        string message = $"{new Win32Exception(error).Message}: '{path}'";
        return error == 2 ? new FileNotFoundException(message, path) : new IOException(message, error);
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string existing, string added);
}
