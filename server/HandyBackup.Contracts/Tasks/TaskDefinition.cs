namespace HandyBackup.Contracts;

/// <summary>What to back up and where to.</summary>
public sealed record TaskDefinition
{
    /// <summary>The name, unique on the server.</summary>
    public required string Name { get; init; }

    /// <summary>The agent that reads; empty if it is a group's task.</summary>
    public required string Agent { get; init; }

    /// <summary>The group whose agents read, each for itself; null if it is one agent's task.</summary>
    public string? Group { get; init; }

    /// <summary>Over which time the runs of a group are spread, evenly and in random order; zero to start all as soon as the limits allow. A week at most.</summary>
    public TimeSpan StartWindow { get; init; }

    /// <summary>What is read. Values of secret options are null when the server shows a task.</summary>
    public required SourceSelection Selection { get; init; }

    /// <summary>The repository that receives the snapshots.</summary>
    public required string Repository { get; init; }

    /// <summary>Labels that each snapshot gets, as restic's <c>--tag</c>.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>What people should know of it.</summary>
    public string Description { get; init; } = "";
}
