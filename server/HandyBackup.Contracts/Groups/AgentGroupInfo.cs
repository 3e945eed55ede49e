namespace HandyBackup.Contracts;

/// <summary>A group of agents: those that are listed, and those that fit its rule.</summary>
public sealed record AgentGroupInfo
{
    /// <summary>The name, unique on the server.</summary>
    public required string Name { get; init; }

    /// <summary>What people should know of it.</summary>
    public required string Description { get; init; }

    /// <summary>Who belongs to it without being listed; null for nobody.</summary>
    public AgentGroupRule? Rule { get; init; }

    /// <summary>The names of the agents that are listed.</summary>
    public required IReadOnlyList<string> Listed { get; init; }

    /// <summary>The names of all agents that belong to it at this moment.</summary>
    public required IReadOnlyList<string> Members { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset Created { get; init; }
}
