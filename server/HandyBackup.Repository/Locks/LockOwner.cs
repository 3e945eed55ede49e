using System.Diagnostics;
using System.Net;
using System.Runtime.InteropServices;

namespace HandyBackup.Repository;

/// <summary>Who holds a lock.</summary>
/// <param name="HostName">The host, as restic names it.</param>
/// <param name="UserName">The account.</param>
/// <param name="ProcessId">The process.</param>
/// <param name="UserId">The account's number; 0 on Windows.</param>
/// <param name="GroupId">The group's number; 0 on Windows.</param>
internal sealed partial record LockOwner(string HostName, string UserName, int ProcessId, uint UserId, uint GroupId)
{
    /// <summary>This process. The host's whole name is taken: Environment.MachineName cuts it at the first dot, and restic does not.</summary>
    public static LockOwner ThisProcess { get; } = new(
        Dns.GetHostName(),
        Environment.UserName,
        Environment.ProcessId,
        OperatingSystem.IsWindows() ? 0 : GetUserId(),
        OperatingSystem.IsWindows() ? 0 : GetGroupId());

    /// <summary>True if a process of this number runs on this host.</summary>
    public static bool IsRunning(int processId)
    {
        try
        {
            using Process process = Process.GetProcessById(processId);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "getuid")]
    private static partial uint GetUserId();

    [LibraryImport("libc", EntryPoint = "getgid")]
    private static partial uint GetGroupId();
}
