using System.Text.Json;

namespace HandyBackup.Contracts;

/// <summary>Which tasks to list. All conditions must hold; null means any.</summary>
public sealed record TaskQuery
{
    /// <summary>Name, with wildcards.</summary>
    public string? Name { get; init; }

    /// <summary>Tasks of this repository.</summary>
    public string? Repository { get; init; }

    /// <summary>Tasks of this agent alone; those of its groups are not meant.</summary>
    public string? Agent { get; init; }

    /// <summary>Tasks of this group.</summary>
    public string? Group { get; init; }
}

/// <summary>A new task.</summary>
public sealed record CreateTaskRequest
{
    /// <summary>The task; without <see cref="TaskDefinition.Group"/>, an empty <see cref="TaskDefinition.Agent"/> means the server's own agent.</summary>
    public required TaskDefinition Definition { get; init; }
}

/// <summary>Changes to a task. Null leaves a property as it is.</summary>
public sealed record UpdateTaskRequest
{
    /// <summary>The task.</summary>
    public required string Name { get; init; }

    /// <summary>Another name.</summary>
    public string? NewName { get; init; }

    /// <summary>Other paths.</summary>
    public IReadOnlyList<string>? Paths { get; init; }

    /// <summary>Options to set; a JSON null takes an option away.</summary>
    public IReadOnlyDictionary<string, JsonElement>? Options { get; init; }

    /// <summary>Another repository.</summary>
    public string? Repository { get; init; }

    /// <summary>Other labels.</summary>
    public IReadOnlyList<string>? Tags { get; init; }

    /// <summary>What people should know of it.</summary>
    public string? Description { get; init; }

    /// <summary>Over which time the runs of a group are spread.</summary>
    public TimeSpan? StartWindow { get; init; }
}

/// <summary>Names a task.</summary>
/// <param name="Name">The task.</param>
public sealed record TaskReference(string Name);

/// <summary>Starts a task.</summary>
public sealed record StartTaskRequest
{
    /// <summary>The task.</summary>
    public required string Name { get; init; }

    /// <summary>True to read every file again, however unchanged it looks.</summary>
    public bool Full { get; init; }

    /// <summary>Of a group's task: only these members, by name; null for all.</summary>
    public IReadOnlyList<string>? Agents { get; init; }
}
