namespace HandyBackup.Contracts;

/// <summary>Which agents belong to a group by themselves. All conditions that are given must hold, and at least one must be given.</summary>
public sealed record AgentGroupRule
{
    /// <summary>The agent's name, with wildcards; null for any.</summary>
    public string? Name { get; init; }

    /// <summary>The operating system as the agent names it, with wildcards; null for any. The server cannot prove it: such a rule counts for tasks and not for grants.</summary>
    public string? OperatingSystem { get; init; }

    /// <summary>What sort of machine it is, as the server has granted; null for any.</summary>
    public AgentKind? Kind { get; init; }

    /// <summary>Tags that the agent has, all of them.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];
}
