using HandyBackup.Contracts;

namespace HandyBackup.Agent.Core.Home;

/// <summary>What a running agent says of itself, for people, scripts and the installation that waits for it.</summary>
public sealed record AgentStatusReport
{
    /// <summary>How it stands with the server.</summary>
    public required AgentConnectionState State { get; set; }

    /// <summary>Since when.</summary>
    public required DateTimeOffset Since { get; set; }

    /// <summary>The server as <c>host:port</c>.</summary>
    public required string Server { get; set; }

    /// <summary>The agent's process.</summary>
    public required int ProcessId { get; set; }

    /// <summary>The agent's version.</summary>
    public required string Version { get; set; }

    /// <summary>What kind the server granted last.</summary>
    public required AgentKind Kind { get; set; }

    /// <summary>Why it is not connected; null if it is, or never failed to.</summary>
    public ErrorInfo? Error { get; set; }
}
