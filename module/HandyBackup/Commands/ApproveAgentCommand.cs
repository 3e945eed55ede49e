using System.Management.Automation;
using HandyBackup.Contracts;

namespace HandyBackup.Module.Commands;

/// <summary>Approves an agent that has enrolled and waits for it.</summary>
[Cmdlet(VerbsLifecycle.Approve, "HBAgent", SupportsShouldProcess = true)]
[OutputType(typeof(HBAgent))]
public sealed class ApproveAgentCommand : AgentAdmissionCmdlet
{
    private protected override string Action => "Approve agent";

    private protected override Task<AgentInfo> ChangeAsync(IAgents agents, AgentReference agent, CancellationToken cancellationToken) => agents.ApproveAsync(agent, cancellationToken);
}
