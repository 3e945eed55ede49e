namespace HandyBackup.Contracts;

/// <summary>An agent as the server knows it.</summary>
public sealed record AgentInfo
{
    /// <summary>The agent's id. Never changes.</summary>
    public required Guid Id { get; init; }

    /// <summary>What the agent last said of itself. Of one that was never connected only the name is known: all else is empty.</summary>
    public required AgentDescription Description { get; init; }

    /// <summary>What sort of machine it is, as the server has granted.</summary>
    public required AgentKind Kind { get; init; }

    /// <summary>Whether the server works with it.</summary>
    public required AgentStatus Status { get; init; }

    /// <summary>The groups it belongs to at this moment, by name.</summary>
    public IReadOnlyList<string> Groups { get; init; } = [];

    /// <summary>What an administrator marked it with.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>True while it is connected.</summary>
    public required bool IsOnline { get; init; }

    /// <summary>True for the agent inside the server's own process.</summary>
    public required bool IsEmbedded { get; init; }

    /// <summary>When it became known to the server.</summary>
    public required DateTimeOffset Enrolled { get; init; }

    /// <summary>When it was last connected; null if never.</summary>
    public DateTimeOffset? LastSeen { get; init; }

    /// <summary>The network address that it last came from; null if it never came over a network.</summary>
    public string? LastAddress { get; init; }
}
