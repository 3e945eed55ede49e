using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace HandyBackup.Agent.Core.Limits;

/// <summary>
/// Priority class and I/O priority on Windows. Not the background mode of processes: it also keeps the working set at 32 MB, in which a backup would only page.
/// </summary>
[SupportedOSPlatform("windows")]
public sealed partial class WindowsPriority : IProcessPriority
{
    // PROCESSINFOCLASS: ProcessIoPriority, with IO_PRIORITY_HINT.
    private const int ProcessIoPriority = 33;
    private const int VeryLow = 0;
    private const int Low = 1;

    /// <inheritdoc/>
    public void Set(WorkPriority cpu, WorkPriority io)
    {
        using var process = Process.GetCurrentProcess();
        if (cpu != WorkPriority.Normal)
        {
            process.PriorityClass = cpu == WorkPriority.Low ? ProcessPriorityClass.BelowNormal : ProcessPriorityClass.Idle;
        }

        if (io != WorkPriority.Normal)
        {
            int hint = io == WorkPriority.Low ? Low : VeryLow;
            int status = SetInformation(process.Handle, ProcessIoPriority, ref hint, sizeof(int));
            if (status != 0)
            {
                throw new Win32Exception($"The I/O priority could not be set (NTSTATUS 0x{status:x8}).");
            }
        }
    }

    [LibraryImport("ntdll.dll", EntryPoint = "NtSetInformationProcess")]
    private static partial int SetInformation(nint process, int kind, ref int value, int length);
}
