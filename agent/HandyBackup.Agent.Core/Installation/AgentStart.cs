namespace HandyBackup.Agent.Core.Installation;

/// <summary>What a start of the agent must come to.</summary>
public enum AgentStart
{
    /// <summary>It runs, and said so.</summary>
    Running,

    /// <summary>Its server can give it work, or would if somebody approved it.</summary>
    Connected,
}
