using HandyBackup.Agent.Core.Installation;

namespace HandyBackup.Windows.Tests.Kit;

/// <summary>Makes sure that the tests do not install, upgrade and remove the agent of somebody's machine.</summary>
public sealed class UnusedMachine
{
    public UnusedMachine()
    {
        if (new WindowsAgentService(TimeProvider.System).IsRegistered)
        {
            throw new InvalidOperationException($"The service {SystemAgentService.WindowsName} exists on this machine, and these tests would remove it.");
        }
    }
}
