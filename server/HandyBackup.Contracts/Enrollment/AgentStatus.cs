namespace HandyBackup.Contracts;

/// <summary>Whether the server works with an agent.</summary>
public enum AgentStatus
{
    /// <summary>Enrolled, and waits for an administrator to approve it; not served yet.</summary>
    Pending,

    /// <summary>Served.</summary>
    Approved,

    /// <summary>An administrator has cut it off for the time being.</summary>
    Suspended,
}
