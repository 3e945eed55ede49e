namespace HandyBackup.Contracts;

/// <summary>How many runs are in a state.</summary>
/// <param name="State">The state.</param>
/// <param name="Count">How many, at least 1.</param>
public sealed record RunCount(RunState State, int Count);
