using System.Runtime.CompilerServices;
using HandyBackup.Catalog;
using HandyBackup.Contracts;

namespace HandyBackup.Server.Core;

/// <summary>Finds groups of agents and their members. Safe to share between threads.</summary>
internal sealed class AgentGroupDirectory(ICatalog catalog)
{
    /// <summary>The group of this name.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.AgentGroupNotFound"/>.</exception>
    public async Task<AgentGroupRecord> FindAsync(string name, CancellationToken cancellationToken) =>
        await catalog.AgentGroups.FindAsync(name, cancellationToken) ?? throw NotFound(name);

    /// <summary>What is said of a group that nobody knows.</summary>
    public static HandyBackupException NotFound(string name) =>
        new(ErrorCode.AgentGroupNotFound, $"No group of agents named '{name}' is known.") { Target = name, Advice = "List the groups, or make one." };

    /// <summary>The agents that belong to a group at this moment, whatever their status, by name.</summary>
    public async Task<IReadOnlyList<AgentIdentity>> ListMembersAsync(AgentGroupRecord group, CancellationToken cancellationToken)
    {
        var membership = new GroupMembership(group);
        return [.. (await LoadAgentsAsync(cancellationToken)).Where(agent => membership.Includes(agent.Identity, agent.OperatingSystem)).Select(agent => agent.Identity)];
    }

    /// <summary>Lists groups with their members, by name.</summary>
    public async IAsyncEnumerable<AgentGroupInfo> ListAsync(AgentGroupQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var name = new NameFilter(query.Name);
        IReadOnlyList<(AgentIdentity Identity, string? OperatingSystem)> agents = await LoadAgentsAsync(cancellationToken);
        await foreach (AgentGroupRecord group in catalog.AgentGroups.ListAsync(cancellationToken))
        {
            if (name.Matches(group.Name))
            {
                var membership = new GroupMembership(group);
                yield return new AgentGroupInfo
                {
                    Name = group.Name,
                    Description = group.Description,
                    Rule = group.Rule,
                    Listed = [.. agents.Where(agent => group.Listed.Contains(agent.Identity.Id)).Select(agent => agent.Identity.Name)],
                    Members = [.. agents.Where(agent => membership.Includes(agent.Identity, agent.OperatingSystem)).Select(agent => agent.Identity.Name)],
                    Created = group.Created,
                };
            }
        }
    }

    private async Task<IReadOnlyList<(AgentIdentity Identity, string? OperatingSystem)>> LoadAgentsAsync(CancellationToken cancellationToken)
    {
        Dictionary<string, string> systems = await catalog.Agents.ListAsync(cancellationToken)
            .ToDictionaryAsync(record => NameKey.Of(record.Description.Name), record => record.Description.OperatingSystem, cancellationToken: cancellationToken);
        return await catalog.AgentIdentities.ListAsync(cancellationToken)
            .Select(record => (record.Identity, systems.GetValueOrDefault(NameKey.Of(record.Identity.Name))))
            .ToListAsync(cancellationToken);
    }
}
