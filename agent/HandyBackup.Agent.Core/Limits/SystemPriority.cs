namespace HandyBackup.Agent.Core.Limits;

/// <summary>The priorities of the system that the agent runs on.</summary>
public static class SystemPriority
{
    /// <summary>The one for this system; null where there is none.</summary>
    public static IProcessPriority? Current =>
        OperatingSystem.IsWindows() ? new WindowsPriority() : OperatingSystem.IsLinux() ? new LinuxPriority() : null;
}
