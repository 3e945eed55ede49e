namespace HandyBackup.Agent.Core.Conditions;

/// <summary>The machine that the agent runs on.</summary>
public static class SystemMachine
{
    /// <summary>The one for this system; null where nothing can be asked.</summary>
    public static IMachine? Find(TimeProvider time) =>
        OperatingSystem.IsWindows() ? new WindowsMachine() : OperatingSystem.IsLinux() ? new LinuxMachine(LinuxMachine.PowerSupplies, time) : null;
}
