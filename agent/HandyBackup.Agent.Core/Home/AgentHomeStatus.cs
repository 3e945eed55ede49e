namespace HandyBackup.Agent.Core.Home;

/// <summary>How the agent of a data folder stands.</summary>
/// <param name="IsRunning">True if a process works in the folder.</param>
/// <param name="IsEnrolled">True if this machine was made an agent.</param>
/// <param name="Report">What the agent last said, if it runs or not; null for nothing.</param>
public sealed record AgentHomeStatus(bool IsRunning, bool IsEnrolled, AgentStatusReport? Report);
