using System.Management.Automation;
using HandyBackup.Contracts;
using HandyBackup.Module.Completion;

namespace HandyBackup.Module.Commands;

/// <summary>Changes a group of agents. Conditions replace the whole rule.</summary>
[Cmdlet(VerbsCommon.Set, "HBAgentGroup", SupportsShouldProcess = true)]
[OutputType(typeof(HBAgentGroup))]
public sealed class SetAgentGroupCommand : AgentRuleCmdlet
{
    /// <summary>The group.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Group")]
    [ObjectProperty("Group")]
    [ArgumentCompleter(typeof(AgentGroupNameCompleter))]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = "";

    /// <summary>Another name.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? NewName { get; set; }

    /// <summary>Agents to list, by their names or ids.</summary>
    [Parameter]
    [ObjectProperty("Agent")]
    [ArgumentCompleter(typeof(AgentNameCompleter))]
    [ValidateNotNull]
    public string[] AddAgent { get; set; } = [];

    /// <summary>Agents to list no more, by their names or ids.</summary>
    [Parameter]
    [ObjectProperty("Agent")]
    [ArgumentCompleter(typeof(AgentNameCompleter))]
    [ValidateNotNull]
    public string[] RemoveAgent { get; set; } = [];

    /// <summary>Take the rule away.</summary>
    [Parameter]
    public SwitchParameter RemoveRule { get; set; }

    /// <summary>What people should know of it.</summary>
    [Parameter]
    [AllowEmptyString]
    public string? Description { get; set; }

    /// <summary>Return the changed group.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        HBSession session = CurrentSession;
        if (!Confirm(Name, "Change group of agents"))
        {
            return;
        }

        var request = new UpdateAgentGroupRequest
        {
            Name = Name,
            NewName = NewName,
            Description = Description,
            Rule = ChosenRule,
            RemoveRule = RemoveRule,
            AddAgents = AddAgent,
            RemoveAgents = RemoveAgent,
        };
        AgentGroupInfo group = await session.Connection.AgentGroups.UpdateAsync(request, cancellationToken);
        if (PassThru)
        {
            Emit(new HBAgentGroup(group, session));
        }
    }
}
