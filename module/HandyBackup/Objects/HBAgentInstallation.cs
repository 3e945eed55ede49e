using HandyBackup.Module.Agents.Machines;

namespace HandyBackup.Module;

/// <summary>What became of the agent of a machine.</summary>
public sealed class HBAgentInstallation
{
    internal HBAgentInstallation(string computerName, MachineDescription machine, AgentProgramResult result, AgentMachineState state)
    {
        ComputerName = PrintableText.Clean(computerName);
        Runtime = machine.Runtime;
        ExitCode = result.ExitCode;
        RestartNeeded = result.IsRestartNeeded;
        State = state;
    }

    /// <summary>The machine, as it was named.</summary>
    public string ComputerName { get; }

    /// <summary>How the agent stands.</summary>
    public AgentMachineState State { get; }

    /// <summary>The version of the agent that runs now; null if none does.</summary>
    public string? Version { get; internal init; }

    /// <summary>The server that it belongs to; null if it does not run.</summary>
    public string? Server { get; internal init; }

    /// <summary>The machine's operating system and processor, such as <c>linux-x64</c>.</summary>
    public string Runtime { get; }

    /// <summary>The exit code of the agent's program: 0, or 3010 if a restart is needed.</summary>
    public int ExitCode { get; }

    /// <summary>True if the work is complete only when the machine has restarted.</summary>
    public bool RestartNeeded { get; }

    /// <inheritdoc/>
    public override string ToString() => ComputerName;
}
