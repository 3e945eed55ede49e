using HandyBackup.Contracts;

namespace HandyBackup.Catalog;

/// <summary>A group of agents as the catalog keeps it.</summary>
public sealed record AgentGroupRecord
{
    /// <summary>The group's own id; its name may change.</summary>
    public required Guid Id { get; init; }

    /// <summary>The name, unique on the server.</summary>
    public required string Name { get; init; }

    /// <summary>What people should know of it.</summary>
    public string Description { get; init; } = "";

    /// <summary>Who belongs to it without being listed; null for nobody.</summary>
    public AgentGroupRule? Rule { get; init; }

    /// <summary>The ids of the agents that are listed.</summary>
    public IReadOnlySet<Guid> Listed { get; init; } = new HashSet<Guid>();

    /// <summary>When it was made.</summary>
    public required DateTimeOffset Created { get; init; }
}
