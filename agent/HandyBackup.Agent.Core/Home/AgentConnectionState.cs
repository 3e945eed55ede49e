namespace HandyBackup.Agent.Core.Home;

/// <summary>How an agent stands with its server.</summary>
public enum AgentConnectionState
{
    /// <summary>It tries to reach the server.</summary>
    Connecting,

    /// <summary>The server can give it work.</summary>
    Connected,

    /// <summary>The server does not want it now: it was suspended or removed, waits to be approved, or is too old. It asks again from time to time.</summary>
    Refused,

    /// <summary>It ended in order.</summary>
    Stopped,
}
