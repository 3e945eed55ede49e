namespace HandyBackup.Contracts;

/// <summary>A task and how it last went.</summary>
public sealed record TaskInfo
{
    /// <summary>The task.</summary>
    public required TaskDefinition Definition { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>The newest run, under way or ended; null if it was never started.</summary>
    public Run? LastRun { get; init; }

    /// <summary>Of a group's task: in which states the newest runs of its agents are. Empty for one agent's task.</summary>
    public IReadOnlyList<RunCount> LastRuns { get; init; } = [];
}
