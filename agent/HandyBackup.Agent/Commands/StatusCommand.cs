using HandyBackup.Agent.Core.Home;

namespace HandyBackup.Agent.Commands;

/// <summary><c>status</c>: how the agent of this machine stands with its server.</summary>
internal static class StatusCommand
{
    /// <summary>Writes what the agent last said of itself, and whether it runs.</summary>
    /// <returns>True if it runs and is connected.</returns>
    public static bool Run(AgentHome home, TextWriter output)
    {
        bool isRunning = AgentHomeLock.IsHeld(home);
        AgentStatusReport? report = AgentStatusFile.Read(home);
        output.WriteLine(AgentStatusFile.Format(new AgentHomeStatus(isRunning, File.Exists(home.CredentialFile), report)));
        return isRunning && report?.State == AgentConnectionState.Connected;
    }
}
