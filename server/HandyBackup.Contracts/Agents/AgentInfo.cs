namespace HandyBackup.Contracts;

/// <summary>An agent as the server knows it.</summary>
public sealed record AgentInfo
{
    /// <summary>What the agent last said of itself.</summary>
    public required AgentDescription Description { get; init; }

    /// <summary>True while it is connected.</summary>
    public required bool IsOnline { get; init; }

    /// <summary>True for the agent inside the server's own process.</summary>
    public required bool IsEmbedded { get; init; }

    /// <summary>When it was last connected.</summary>
    public required DateTimeOffset LastSeen { get; init; }
}
