#if NET
using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace HandyBackup.Rpc.Local;

/// <summary>
/// A path by which a socket can be bound or connected to, however long the folder's own path is: the address of a Unix socket
/// has room for 107 bytes (unix(7), <c>sun_path</c>). A longer one goes through a descriptor of the folder,
/// <c>/proc/self/fd/N/name</c> (proc(5)), and is valid in this process until this is disposed of.
/// </summary>
[UnsupportedOSPlatform("windows")]
public sealed partial class SocketAddressPath : IDisposable
{
    private const int MaximumBytes = 107;

    // fcntl.h of Linux, the same on x64 and arm64 except O_DIRECTORY, which O_PATH does not need.
    private const int OpenPathOnly = 0x200000;
    private const int CloseOnExec = 0x80000;
    private const int NoSuchFile = 2;
    private const int AccessDenied = 13;
    private const int NotAFolder = 20;

    private readonly SafeFileHandle? _folder;

    private SocketAddressPath(string text, SafeFileHandle? folder)
    {
        Text = text;
        _folder = folder;
    }

    /// <summary>The address.</summary>
    public string Text { get; }

    /// <summary>Makes an address.</summary>
    /// <param name="folder">The folder; it must exist.</param>
    /// <param name="name">The socket's name in it.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder cannot be reached.</exception>
    /// <exception cref="IOException">The system refuses for another reason.</exception>
    public static SocketAddressPath Open(string folder, string name)
    {
        string direct = Path.Combine(folder, name);
        if (Encoding.UTF8.GetByteCount(direct) <= MaximumBytes)
        {
            return new SocketAddressPath(direct, folder: null);
        }

        int descriptor = OpenFolder(folder, OpenPathOnly | CloseOnExec);
        if (descriptor < 0)
        {
            int error = Marshal.GetLastPInvokeError();
            string message = $"'{folder}': {Marshal.GetPInvokeErrorMessage(error)}";
            throw error switch
            {
                NoSuchFile or NotAFolder => new DirectoryNotFoundException(message),
                AccessDenied => new UnauthorizedAccessException(message),
                _ => new IOException(message),
            };
        }

        return new SocketAddressPath(string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{descriptor}/{name}"), new SafeFileHandle(descriptor, ownsHandle: true));
    }

    /// <inheritdoc/>
    public void Dispose() => _folder?.Dispose();

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenFolder(string path, int flags);
}
#endif
