using System.Management.Automation;
using HandyBackup.Contracts;

namespace HandyBackup.Module.Commands;

/// <summary>Works with a suspended agent again.</summary>
[Cmdlet(VerbsLifecycle.Resume, "HBAgent", SupportsShouldProcess = true)]
[OutputType(typeof(HBAgent))]
public sealed class ResumeAgentCommand : AgentAdmissionCmdlet
{
    private protected override string Action => "Resume agent";

    private protected override Task<AgentInfo> ChangeAsync(IAgents agents, AgentReference agent, CancellationToken cancellationToken) => agents.ResumeAsync(agent, cancellationToken);
}
