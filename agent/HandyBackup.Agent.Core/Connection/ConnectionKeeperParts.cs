using HandyBackup.Agent.Core.Home;
using HandyBackup.Contracts;
using Microsoft.Extensions.Logging;

namespace HandyBackup.Agent.Core.Connection;

/// <summary>What a <see cref="ConnectionKeeper"/> works with.</summary>
public sealed record ConnectionKeeperParts
{
    /// <summary>The server.</summary>
    public required ServerAddress Server { get; init; }

    /// <summary>The way to it.</summary>
    public required IServerDoor Door { get; init; }

    /// <summary>Where the agent's credential lies.</summary>
    public required CredentialFile Credential { get; init; }

    /// <summary>Makes an agent with the sources that a kind may load.</summary>
    public required Func<AgentKind, IAgent> CreateAgent { get; init; }

    /// <summary>What the server granted last time; it says it again with each connection.</summary>
    public AgentKind LastKind { get; init; } = AgentKind.Workstation;

    /// <summary>Receives how it stands with the server, at each change. Must not throw.</summary>
    public required Action<AgentStatusReport> Report { get; init; }

    /// <summary>Raised when the network may be another.</summary>
    public required ReconnectSignal Signal { get; init; }

    /// <summary>The clock.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>Where the jitter comes from.</summary>
    public Random Random { get; init; } = Random.Shared;

    /// <summary>The log.</summary>
    public required ILogger Logger { get; init; }
}
