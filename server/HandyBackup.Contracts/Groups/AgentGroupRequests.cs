namespace HandyBackup.Contracts;

/// <summary>Which groups to list.</summary>
public sealed record AgentGroupQuery
{
    /// <summary>Name, with wildcards; null for all.</summary>
    public string? Name { get; init; }
}

/// <summary>A new group of agents.</summary>
public sealed record CreateAgentGroupRequest
{
    /// <summary>The name, unique on the server.</summary>
    public required string Name { get; init; }

    /// <summary>What people should know of it.</summary>
    public string Description { get; init; } = "";

    /// <summary>Who belongs to it without being listed; null for nobody.</summary>
    public AgentGroupRule? Rule { get; init; }

    /// <summary>The agents that are listed, by name or id.</summary>
    public IReadOnlyList<string> Agents { get; init; } = [];
}

/// <summary>Changes to a group. Null leaves a property as it is.</summary>
public sealed record UpdateAgentGroupRequest
{
    /// <summary>The group.</summary>
    public required string Name { get; init; }

    /// <summary>Another name.</summary>
    public string? NewName { get; init; }

    /// <summary>What people should know of it.</summary>
    public string? Description { get; init; }

    /// <summary>Another rule, in place of all of the earlier one.</summary>
    public AgentGroupRule? Rule { get; init; }

    /// <summary>True to take the rule away.</summary>
    public bool RemoveRule { get; init; }

    /// <summary>Agents to list, by name or id.</summary>
    public IReadOnlyList<string> AddAgents { get; init; } = [];

    /// <summary>Agents to list no more, by name or id. Whoever fits the rule stays a member.</summary>
    public IReadOnlyList<string> RemoveAgents { get; init; } = [];
}

/// <summary>Names a group of agents.</summary>
/// <param name="Name">The group.</param>
public sealed record AgentGroupReference(string Name);
