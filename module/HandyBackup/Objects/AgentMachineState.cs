namespace HandyBackup.Module;

/// <summary>How the agent of a machine stands after it was installed or removed, as the machine says.</summary>
public enum AgentMachineState
{
    /// <summary>It runs, and its server can give it work.</summary>
    Connected,

    /// <summary>It runs, and tries to reach its server.</summary>
    Connecting,

    /// <summary>It runs, and its server waits for somebody to approve it.</summary>
    WaitsForApproval,

    /// <summary>It runs, and its server does not want it.</summary>
    Refused,

    /// <summary>It is installed and does not run.</summary>
    NotRunning,

    /// <summary>It was removed.</summary>
    Removed,
}
