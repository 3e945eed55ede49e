using System.Management.Automation;
using HandyBackup.Contracts;
using HandyBackup.Module.Completion;

namespace HandyBackup.Module.Commands;

/// <summary>Lists groups of agents with their members of this moment.</summary>
[Cmdlet(VerbsCommon.Get, "HBAgentGroup")]
[OutputType(typeof(HBAgentGroup))]
public sealed class GetAgentGroupCommand : SessionCmdlet
{
    /// <summary>Names, with wildcards.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Group")]
    [ObjectProperty("Group")]
    [ArgumentCompleter(typeof(AgentGroupNameCompleter))]
    [SupportsWildcards]
    public string?[]? Name { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        HBSession session = CurrentSession;
        foreach (string? name in NameFilter.OrAll(Name))
        {
            bool found = false;
            await foreach (AgentGroupInfo info in session.Connection.AgentGroups.ListAsync(new AgentGroupQuery { Name = name }, cancellationToken))
            {
                found = true;
                Emit(new HBAgentGroup(info, session));
            }

            if (!found && NameFilter.IsExact(name))
            {
                Report(NotFound.AgentGroup(name));
            }
        }
    }
}
