using System.ComponentModel;
using System.Runtime.InteropServices;

namespace HandyBackup.Stores;

/// <summary>
/// What a folder says of its files. A rename is durable when the folder is, which .NET has no method for. Whoever puts files in place by renaming compiles this file in: there is one such code.
/// </summary>
internal static partial class FolderEntries
{
    private const int LinuxCloseOnExec = 0x80000;
    private const int Invalid = 22;

    /// <summary>Makes the entries of a folder durable: a file that was created or renamed in it survives a loss of power. Windows offers nothing of the kind; there this does nothing.</summary>
    /// <exception cref="IOException">The folder cannot be opened, or its drive failed.</exception>
    public static void Flush(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        // Children that other threads start meanwhile must not inherit the descriptor.
        int descriptor = Open(folder, OperatingSystem.IsLinux() ? LinuxCloseOnExec : 0);
        if (descriptor < 0)
        {
            throw LastError(folder);
        }

        try
        {
            // Some network and FUSE file systems have no fsync for folders and say EINVAL or ENOTSUP; there is nothing more to be done there.
            if (Fsync(descriptor) != 0 && Marshal.GetLastPInvokeError() is int error && error != Invalid && !IsNotSupported(error))
            {
                throw LastError(folder);
            }
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    /// <summary>True for ENOTSUP, EOPNOTSUPP and ENOSYS of Linux; ENOTSUP, EOPNOTSUPP and ENOSYS of macOS.</summary>
    internal static bool IsNotSupported(int error) => OperatingSystem.IsLinux() ? error is 95 or 38 : error is 45 or 102 or 78;

    /// <summary>The exception for the last system call that failed.</summary>
    internal static Exception LastError(string path)
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
}
