namespace HandyBackup.Contracts;

/// <summary>What sort of machine an agent is, granted by the server: it decides which kinds of source the agent may load.</summary>
public enum AgentKind
{
    /// <summary>A machine that people work at.</summary>
    Workstation,

    /// <summary>A machine that serves others: databases, mail, virtual machines.</summary>
    Server,
}
