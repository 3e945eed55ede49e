using System.Management.Automation;
using HandyBackup.Contracts;
using HandyBackup.Module.Completion;

namespace HandyBackup.Module.Commands;

/// <summary>Removes a group of agents that nothing uses. Its agents stay.</summary>
[Cmdlet(VerbsCommon.Remove, "HBAgentGroup", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
public sealed class RemoveAgentGroupCommand : SessionCmdlet
{
    /// <summary>The group.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Group")]
    [ObjectProperty("Group")]
    [ArgumentCompleter(typeof(AgentGroupNameCompleter))]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = "";

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        HBSession session = CurrentSession;
        if (Confirm(Name, "Remove group of agents, leave the agents"))
        {
            await session.Connection.AgentGroups.RemoveAsync(new AgentGroupReference(Name), cancellationToken);
        }
    }
}
