namespace HandyBackup.Contracts;

/// <summary>Who an agent is to the server, whether it was ever connected or not.</summary>
public sealed record AgentIdentity
{
    /// <summary>The agent's id. Never changes.</summary>
    public required Guid Id { get; init; }

    /// <summary>The name, unique on the server.</summary>
    public required string Name { get; init; }

    /// <summary>What sort of machine it is.</summary>
    public required AgentKind Kind { get; init; }

    /// <summary>Whether the server works with it.</summary>
    public required AgentStatus Status { get; init; }

    /// <summary>What an administrator marked it with. The agent has no say in it.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>True for the agent inside the server's own process: it needs no certificate.</summary>
    public bool IsEmbedded { get; init; }

    /// <summary>When it became known to the server, or another machine took its place.</summary>
    public required DateTimeOffset Enrolled { get; init; }

    /// <summary>The id of the token that it enrolled with; null for agents that needed none.</summary>
    public string? EnrolledWith { get; init; }

    /// <summary>When it last proved who it is; null if never.</summary>
    public DateTimeOffset? LastSeen { get; init; }

    /// <summary>The network address that it last came from; null if it never came over a network.</summary>
    public string? LastAddress { get; init; }
}
