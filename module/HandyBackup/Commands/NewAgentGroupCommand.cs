using System.Management.Automation;
using HandyBackup.Contracts;
using HandyBackup.Module.Completion;

namespace HandyBackup.Module.Commands;

/// <summary>Makes a group of agents.</summary>
[Cmdlet(VerbsCommon.New, "HBAgentGroup", SupportsShouldProcess = true)]
[OutputType(typeof(HBAgentGroup))]
public sealed class NewAgentGroupCommand : AgentRuleCmdlet
{
    /// <summary>The name, unique on the server.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = "";

    /// <summary>Agents that are listed, by their names or ids.</summary>
    [Parameter(Position = 1)]
    [ObjectProperty("Agent")]
    [ArgumentCompleter(typeof(AgentNameCompleter))]
    [ValidateNotNull]
    public string[] Agent { get; set; } = [];

    /// <summary>What people should know of it.</summary>
    [Parameter]
    [ValidateNotNull]
    public string Description { get; set; } = "";

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        HBSession session = CurrentSession;
        if (Confirm(Name, "Create group of agents"))
        {
            var request = new CreateAgentGroupRequest { Name = Name, Description = Description, Rule = ChosenRule, Agents = Agent };
            Emit(new HBAgentGroup(await session.Connection.AgentGroups.CreateAsync(request, cancellationToken), session));
        }
    }
}
