namespace HandyBackup.Contracts;

/// <summary>A member of a group for which a task was not started.</summary>
/// <param name="Agent">The agent's name.</param>
/// <param name="Reason">Why: it is suspended or not approved, its run still goes on, or it may not be given the task's secrets.</param>
public sealed record LeftOutAgent(string Agent, ErrorInfo Reason);
