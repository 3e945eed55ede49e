using HandyBackup.Contracts;
using HandyBackup.Module.Agents.Machines;

namespace HandyBackup.Module.Agents;

/// <summary>The error for an agent's program that failed.</summary>
internal static class AgentFailure
{
    /// <summary>Names the machine, the exit code and what the program said.</summary>
    public static HandyBackupException Create(string machine, string what, string advice, AgentProgramResult result) =>
        new(ErrorCode.AgentInstallFailed, $"The agent of {machine} was not {what} (exit code {result.ExitCode}): {result.Complaint}")
        {
            Target = machine,
            Advice = advice,
        };
}
