using HandyBackup.Catalog;
using HandyBackup.Contracts;

namespace HandyBackup.Server.Core;

/// <summary>
/// What a caller's grants cover. Looks each name up once, so it is made for one call and forgotten with it. Not to be shared between threads.
/// </summary>
internal sealed class AccessScope(Caller caller, ICatalog catalog)
{
    private readonly Dictionary<string, AgentIdentity?> _agents = [];
    private readonly Dictionary<string, string?> _repositories = [];
    private Dictionary<Guid, GroupMembership>? _groups;

    /// <summary>True if the caller has the permission for everything.</summary>
    public bool IsEverything(Permission permission) => caller.MayEverywhere(permission);

    /// <summary>True if the caller has the permission for a thing: each of the two that a grant narrows, the thing must have, and it must be named.</summary>
    public async ValueTask<bool> CoversAsync(Permission permission, AccessSubject subject, CancellationToken cancellationToken)
    {
        if (IsEverything(permission))
        {
            return true;
        }

        foreach (GrantRecord grant in caller.Grants)
        {
            if (grant.Role.Includes(permission) && await CoversAgentAsync(grant, subject, cancellationToken) && await CoversRepositoryAsync(grant, subject.Repository, cancellationToken))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Those agents of a list that the caller has the permission for by themselves.</summary>
    public async ValueTask<IReadOnlyList<string>> ChooseAgentsAsync(Permission permission, IReadOnlyList<string> agents, CancellationToken cancellationToken) =>
        await ChooseAsync(permission, agents, null, cancellationToken);

    /// <summary>Those members of a task's group, by name, for which the caller has the permission in the task's repository. None if the task is one agent's.</summary>
    public async ValueTask<IReadOnlyList<string>> ChooseMembersAsync(Permission permission, TaskDefinition task, CancellationToken cancellationToken)
    {
        if (task.Group is null || await catalog.AgentGroups.FindAsync(task.Group, cancellationToken) is not { } group)
        {
            return [];
        }

        IReadOnlyList<AgentIdentity> members = await new AgentGroupDirectory(catalog).ListMembersAsync(group, cancellationToken);
        return await ChooseAsync(permission, [.. members.Select(member => member.Name)], task.Repository, cancellationToken);
    }

    private async ValueTask<IReadOnlyList<string>> ChooseAsync(Permission permission, IReadOnlyList<string> agents, string? repository, CancellationToken cancellationToken)
    {
        var chosen = new List<string>();
        foreach (string agent in agents)
        {
            if (await CoversAsync(permission, new AccessSubject(agent, repository), cancellationToken))
            {
                chosen.Add(agent);
            }
        }

        return chosen;
    }

    private async ValueTask<bool> CoversAgentAsync(GrantRecord grant, AccessSubject subject, CancellationToken cancellationToken)
    {
        if (grant.Agents.Count + grant.Groups.Count == 0)
        {
            return true;
        }

        // A group is more than its members of this moment: only a grant for the group covers it.
        if (subject.Group is { } group)
        {
            return (await LoadGroupsAsync(cancellationToken)).Values.Any(known => grant.Groups.Contains(known.Group.Id) && NameKey.Of(known.Group.Name) == NameKey.Of(group));
        }

        if (subject.Agent is not { } name)
        {
            return false;
        }

        string key = NameKey.Of(name);
        if (!_agents.TryGetValue(key, out AgentIdentity? agent))
        {
            agent = (await catalog.AgentIdentities.FindAsync(name, cancellationToken))?.Identity;
            _agents[key] = agent;
        }

        return agent is not null && (grant.Agents.Contains(agent.Id) || (grant.Groups.Count > 0 && await BelongsToAsync(grant, agent, cancellationToken)));
    }

    // Rights hang on what the server knows, never on what an agent says of itself.
    private async ValueTask<bool> BelongsToAsync(GrantRecord grant, AgentIdentity agent, CancellationToken cancellationToken)
    {
        Dictionary<Guid, GroupMembership> groups = await LoadGroupsAsync(cancellationToken);
        return grant.Groups.Any(id => groups.GetValueOrDefault(id)?.VouchesFor(agent) == true);
    }

    private async ValueTask<Dictionary<Guid, GroupMembership>> LoadGroupsAsync(CancellationToken cancellationToken) =>
        _groups ??= await catalog.AgentGroups.ListAsync(cancellationToken).ToDictionaryAsync(group => group.Id, group => new GroupMembership(group), cancellationToken: cancellationToken);

    private async ValueTask<bool> CoversRepositoryAsync(GrantRecord grant, string? name, CancellationToken cancellationToken)
    {
        if (grant.Repositories.Count == 0)
        {
            return true;
        }

        if (name is null)
        {
            return false;
        }

        string key = NameKey.Of(name);
        if (!_repositories.TryGetValue(key, out string? id))
        {
            id = (await catalog.Repositories.FindAsync(name, cancellationToken))?.Id;
            _repositories[key] = id;
        }

        return id is not null && grant.Repositories.Contains(id);
    }
}
