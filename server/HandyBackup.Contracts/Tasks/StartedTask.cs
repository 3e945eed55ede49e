namespace HandyBackup.Contracts;

/// <summary>What the start of a task began: one run for each of its agents.</summary>
public sealed record StartedTask
{
    /// <summary>The runs as they begin, by the agents' names.</summary>
    public required IReadOnlyList<Run> Runs { get; init; }

    /// <summary>Members of the task's group that got no run now, by name.</summary>
    public IReadOnlyList<LeftOutAgent> LeftOut { get; init; } = [];
}
