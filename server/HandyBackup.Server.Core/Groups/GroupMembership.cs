using HandyBackup.Catalog;
using HandyBackup.Contracts;

namespace HandyBackup.Server.Core;

/// <summary>
/// Says who belongs to a group. What a rule asks of the operating system is the agent's own word: such members get work, but neither rights over them nor secrets hang on it.
/// Safe to share between threads.
/// </summary>
internal sealed class GroupMembership(AgentGroupRecord group)
{
    private readonly NameFilter _name = new(group.Rule?.Name);
    private readonly NameFilter _system = new(group.Rule?.OperatingSystem);
    private readonly string[] _tags = [.. (group.Rule?.Tags ?? []).Select(NameKey.Of)];

    /// <summary>The group.</summary>
    public AgentGroupRecord Group => group;

    /// <summary>True if the agent belongs to the group.</summary>
    /// <param name="agent">The agent.</param>
    /// <param name="operatingSystem">What it says to run on; null if it was never connected.</param>
    public bool Includes(AgentIdentity agent, string? operatingSystem) => IsListed(agent) || (FitsKnown(agent) && _system.Matches(operatingSystem));

    /// <summary>True if the agent belongs to the group by what the server itself knows: for grants and secrets.</summary>
    public bool VouchesFor(AgentIdentity agent) => IsListed(agent) || (group.Rule?.OperatingSystem is null && FitsKnown(agent));

    private bool IsListed(AgentIdentity agent) => group.Listed.Contains(agent.Id);

    private bool FitsKnown(AgentIdentity agent) =>
        group.Rule is { } rule
        && _name.Matches(agent.Name)
        && (rule.Kind is null || rule.Kind == agent.Kind)
        && _tags.All(tag => agent.Tags.Any(own => NameKey.Of(own) == tag));
}
