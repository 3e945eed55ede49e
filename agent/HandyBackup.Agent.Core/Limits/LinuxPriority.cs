using System.ComponentModel;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace HandyBackup.Agent.Core.Limits;

/// <summary>
/// Nice value and I/O class on Linux. Both belong to threads, and a new thread has those of the one that made it: all that there are now are set, and all that
/// follow come after them.
/// </summary>
[SupportedOSPlatform("linux")]
public sealed partial class LinuxPriority : IProcessPriority
{
    private const int Process = 0;
    private const int IoProcess = 1;

    // asm-generic/unistd.h for arm64; x64 has a table of its own.
    private static readonly nint s_setIoPriority = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 251 : 30;

    /// <inheritdoc/>
    public void Set(WorkPriority cpu, WorkPriority io)
    {
        foreach (string folder in Directory.GetDirectories("/proc/self/task"))
        {
            int thread = int.Parse(Path.GetFileName(folder), CultureInfo.InvariantCulture);
            if (cpu != WorkPriority.Normal)
            {
                Check(SetPriority(Process, thread, cpu == WorkPriority.Low ? 10 : 19));
            }

            if (io != WorkPriority.Normal)
            {
                Check((int)SetIoPriority(s_setIoPriority, IoProcess, thread, IoPriorityOf(io)));
            }
        }
    }

    // ioprio_set(2): the class stands above bit 13, a level below; best effort 7 is the last before idle.
    private static nint IoPriorityOf(WorkPriority io) => io == WorkPriority.Low ? (2 << 13) | 7 : 3 << 13;

    private static void Check(int result)
    {
        // ESRCH: the thread ended meanwhile.
        if (result != 0 && Marshal.GetLastPInvokeError() is int error && error != 3)
        {
            throw new Win32Exception(error);
        }
    }

    [LibraryImport("libc", EntryPoint = "setpriority", SetLastError = true)]
    private static partial int SetPriority(int which, int who, int nice);

    // glibc has no function for it.
    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint SetIoPriority(nint number, nint which, nint who, nint priority);
}
