namespace HandyBackup.Contracts;

/// <summary>What the agent's state file of a task belongs to. A file that belongs to something else is not used.</summary>
/// <param name="Repository">The id of the repository: the file tells what its snapshots hold.</param>
/// <param name="Task">The id of the task.</param>
/// <param name="RepairEpoch">
/// Another one after each event that content may have been lost in: a repair, or a check or another run that found something wrong. The file says that content was stored, not
/// that it still is, so it must not be older than that.
/// </param>
public sealed record AgentStateKey(string Repository, Guid Task, Guid RepairEpoch);
