using HandyBackup.Contracts;

namespace HandyBackup.Catalog;

/// <summary>A grant as the catalog keeps it: agents, groups and repositories by id, so that whoever takes a name does not take its rights.</summary>
public sealed record GrantRecord
{
    /// <summary>The role.</summary>
    public required Role Role { get; init; }

    /// <summary>The ids of agents.</summary>
    public IReadOnlyList<Guid> Agents { get; init; } = [];

    /// <summary>The ids of groups of agents.</summary>
    public IReadOnlyList<Guid> Groups { get; init; } = [];

    /// <summary>The ids of repositories.</summary>
    public IReadOnlyList<string> Repositories { get; init; } = [];
}
