using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using SystemConsole = System.Console;

namespace HandyBackup.Shell.Console;

/// <summary>Whether somebody still reads the standard output. The platform's console stream takes what is written into a closed pipe for written.</summary>
internal static partial class OutputReader
{
    private const int StandardOutput = 1;
    private const short Error = 8;

    /// <summary>True if standard output is a pipe whose reader has closed it. Never true on Windows, where nothing tells.</summary>
    public static bool HasGone => SystemConsole.IsOutputRedirected && !OperatingSystem.IsWindows() && IsBroken();

    // poll(2): POLLERR "is also set for a file descriptor referring to the write end of a pipe when the read end has been closed".
    [UnsupportedOSPlatform("windows")]
    private static bool IsBroken()
    {
        var output = new PollEntry { FileDescriptor = StandardOutput };
        return Poll(ref output, 1, 0) > 0 && (output.Returned & Error) != 0;
    }

    [LibraryImport("libc", EntryPoint = "poll")]
    private static partial int Poll(ref PollEntry entry, nuint count, int timeout);

    [StructLayout(LayoutKind.Sequential)]
    private struct PollEntry
    {
        public int FileDescriptor;
        public short Asked;
        public short Returned;
    }
}
