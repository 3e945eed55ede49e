using System.Management.Automation;
using HandyBackup.Contracts;

namespace HandyBackup.Module.Commands;

/// <summary>Cuts an agent off until it is resumed.</summary>
[Cmdlet(VerbsLifecycle.Suspend, "HBAgent", SupportsShouldProcess = true)]
[OutputType(typeof(HBAgent))]
public sealed class SuspendAgentCommand : AgentAdmissionCmdlet
{
    private protected override string Action => "Suspend agent";

    private protected override Task<AgentInfo> ChangeAsync(IAgents agents, AgentReference agent, CancellationToken cancellationToken) => agents.SuspendAsync(agent, cancellationToken);
}
