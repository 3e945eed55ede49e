namespace HandyBackup.Agent.Core.Limits;

/// <summary>How the agent's work ranks beside that of the machine's users.</summary>
public enum WorkPriority
{
    /// <summary>As every other program.</summary>
    Normal,

    /// <summary>After others.</summary>
    Low,

    /// <summary>Only when nobody else wants anything.</summary>
    Idle,
}
