using System.Management.Automation;
using HandyBackup.Contracts;
using HandyBackup.Module.Completion;

namespace HandyBackup.Module.Commands;

/// <summary>Lists the machines that a server backs up.</summary>
[Cmdlet(VerbsCommon.Get, "HBAgent")]
[OutputType(typeof(HBAgent))]
public sealed class GetAgentCommand : SessionCmdlet
{
    /// <summary>Names, with wildcards.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Agent")]
    [ObjectProperty("Agent")]
    [ArgumentCompleter(typeof(AgentNameCompleter))]
    [SupportsWildcards]
    public string?[]? Name { get; set; }

    /// <summary>Only agents of this status.</summary>
    [Parameter]
    public AgentStatus? Status { get; set; }

    /// <summary>Only agents of this kind.</summary>
    [Parameter]
    public AgentKind? Kind { get; set; }

    /// <summary>Only agents of this group; wildcards are allowed.</summary>
    [Parameter]
    [ObjectProperty("Group")]
    [ArgumentCompleter(typeof(AgentGroupNameCompleter))]
    [SupportsWildcards]
    public string? Group { get; set; }

    /// <summary>Only agents with these tags, all of them; wildcards are allowed.</summary>
    [Parameter]
    [SupportsWildcards]
    public string[] Tag { get; set; } = [];

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        HBSession session = CurrentSession;
        foreach (string? name in NameFilter.OrAll(Name))
        {
            bool found = false;
            await foreach (AgentInfo info in session.Connection.Agents.ListAsync(new AgentQuery { Name = name }, cancellationToken))
            {
                found = true;
                if (IsWanted(info))
                {
                    Emit(new HBAgent(info, session));
                }
            }

            if (!found && NameFilter.IsExact(name))
            {
                Report(NotFound.Agent(name));
            }
        }
    }

    private bool IsWanted(AgentInfo agent) =>
        (Status is null || agent.Status == Status)
        && (Kind is null || agent.Kind == Kind)
        && (NameFilter.OrNull(Group) is not { } group || agent.Groups.Any(name => NameFilter.Matches(group, name)))
        && Tag.All(tag => agent.Tags.Any(own => NameFilter.Matches(tag, own)));
}
