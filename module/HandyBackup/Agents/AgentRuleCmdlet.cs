using System.Management.Automation;
using HandyBackup.Contracts;

namespace HandyBackup.Module;

/// <summary>A cmdlet that says which agents belong to a group by themselves. All conditions that are given must hold.</summary>
public abstract class AgentRuleCmdlet : SessionCmdlet
{
    /// <summary>Names of agents, with wildcards.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string? AgentPattern { get; set; }

    /// <summary>Operating systems as the agents name theirs, with wildcards.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string? OperatingSystem { get; set; }

    /// <summary>The kind of agent.</summary>
    [Parameter]
    public AgentKind? Kind { get; set; }

    /// <summary>Tags that an agent must have, all of them.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] Tag { get; set; } = [];

    /// <summary>The rule; null if no condition was given.</summary>
    private protected AgentGroupRule? ChosenRule => AgentPattern is null && OperatingSystem is null && Kind is null && Tag.Length == 0
        ? null
        : new AgentGroupRule { Name = AgentPattern, OperatingSystem = OperatingSystem, Kind = Kind, Tags = Tag };
}
