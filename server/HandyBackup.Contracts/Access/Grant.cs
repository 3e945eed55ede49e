namespace HandyBackup.Contracts;

/// <summary>A role that an account has: for everything, or for what belongs to all that is named here.</summary>
public sealed record Grant
{
    /// <summary>The role.</summary>
    public required Role Role { get; init; }

    /// <summary>Only for these agents, and those of <see cref="Groups"/>.</summary>
    public IReadOnlyList<string> Agents { get; init; } = [];

    /// <summary>Only for the agents of these groups, and <see cref="Agents"/>.</summary>
    public IReadOnlyList<string> Groups { get; init; } = [];

    /// <summary>Only for these repositories.</summary>
    public IReadOnlyList<string> Repositories { get; init; } = [];
}
