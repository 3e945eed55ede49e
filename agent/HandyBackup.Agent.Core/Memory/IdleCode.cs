using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace HandyBackup.Agent.Core.Memory;

/// <summary>
/// Program code that was used once, when the process started or worked. It lies in memory until somebody else wants the room; given back, what is used again
/// is read again.
/// </summary>
internal static partial class IdleCode
{
    // MADV_PAGEOUT: the kernel drops clean pages that no other process uses, and refuses where it must not.
    private const int PageOut = 21;

    /// <summary>Gives it back to the system. May be called at any time, from any thread; where the system cannot do it, nothing happens.</summary>
    public static void Release()
    {
        if (OperatingSystem.IsLinux())
        {
            ReleaseMappedFiles();
        }
        else if (OperatingSystem.IsWindows())
        {
            // Both limits -1: as much as possible leaves the working set.
            _ = SetWorkingSetSize(GetCurrentProcess(), -1, -1);
        }
    }

    [SupportedOSPlatform("linux")]
    private static void ReleaseMappedFiles()
    {
        foreach (string line in File.ReadAllLines("/proc/self/maps"))
        {
            // proc(5): "from-to rights offset device inode path"; what has a path is a file.
            int dash = line.IndexOf('-', StringComparison.Ordinal);
            int space = line.IndexOf(' ', StringComparison.Ordinal);
            if (line.Contains('/', StringComparison.Ordinal)
                && nuint.TryParse(line.AsSpan(0, dash), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out nuint from)
                && nuint.TryParse(line.AsSpan(dash + 1, space - dash - 1), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out nuint to))
            {
                _ = Advise(from, to - from, PageOut);
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nuint address, nuint length, int advice);

    [LibraryImport("kernel32.dll")]
    private static partial nint GetCurrentProcess();

    [LibraryImport("kernel32.dll", EntryPoint = "SetProcessWorkingSetSize")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool SetWorkingSetSize(nint process, nint least, nint most);
}
