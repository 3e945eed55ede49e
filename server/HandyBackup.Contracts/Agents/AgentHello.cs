namespace HandyBackup.Contracts;

/// <summary>The first call on an agent's connection.</summary>
public sealed record AgentHello
{
    /// <summary>The agent's <see cref="ProtocolVersion"/>.</summary>
    public required int Protocol { get; init; }

    /// <summary>The agent's product and version, for the log.</summary>
    public required string Product { get; init; }

    /// <summary>Optional features that the agent understands.</summary>
    public IReadOnlyList<string> Capabilities { get; init; } = [];

    /// <summary>What the agent says of itself. Who it is tells its certificate alone.</summary>
    public required AgentDescription Description { get; init; }
}
