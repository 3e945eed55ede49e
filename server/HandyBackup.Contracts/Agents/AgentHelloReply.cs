namespace HandyBackup.Contracts;

/// <summary>The answer to an agent's hello.</summary>
public sealed record AgentHelloReply
{
    /// <summary>The server's <see cref="ProtocolVersion"/>.</summary>
    public required int Protocol { get; init; }

    /// <summary>The server's product and version.</summary>
    public required string Product { get; init; }

    /// <summary>The optional features that both sides understand.</summary>
    public IReadOnlyList<string> Capabilities { get; init; } = [];

    /// <summary>The agent's name on this server.</summary>
    public required string Name { get; init; }

    /// <summary>The kind that the server has granted: a workstation offers no source that needs a server's agent.</summary>
    public required AgentKind Kind { get; init; }
}
