namespace HandyBackup.Agent.Core.Installation;

/// <summary>The services of the system that the agent runs on.</summary>
public static class SystemAgentService
{
    /// <summary>The service's name on Windows.</summary>
    public const string WindowsName = "HandyBackupAgent";

    /// <summary>The one for this system.</summary>
    /// <exception cref="PlatformNotSupportedException">There is none.</exception>
    public static IAgentService Create(TimeProvider time) =>
        OperatingSystem.IsWindows() ? new WindowsAgentService(time)
        : OperatingSystem.IsLinux() ? new SystemdAgentService(SystemdAgentService.UnitFolder, new Systemctl(time))
        : throw new PlatformNotSupportedException("Agents are installed on Windows and Linux only.");
}
