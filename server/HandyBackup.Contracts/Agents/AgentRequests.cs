namespace HandyBackup.Contracts;

/// <summary>An agent by its name or id.</summary>
/// <param name="Agent">The id, or else the name.</param>
public sealed record AgentReference(string Agent);

/// <summary>Changes to what the server keeps of an agent. Null leaves a property as it is.</summary>
public sealed record UpdateAgentRequest
{
    /// <summary>The agent's id, or else its name.</summary>
    public required string Agent { get; init; }

    /// <summary>All tags, in place of those that it has.</summary>
    public IReadOnlyList<string>? Tags { get; init; }

    /// <summary>Tags to add.</summary>
    public IReadOnlyList<string> AddTags { get; init; } = [];

    /// <summary>Tags to take away.</summary>
    public IReadOnlyList<string> RemoveTags { get; init; } = [];
}

/// <summary>Which agent to remove.</summary>
public sealed record RemoveAgentRequest
{
    /// <summary>The agent's id, or else its name.</summary>
    public required string Agent { get; init; }

    /// <summary>True to remove its tasks with it.</summary>
    public bool RemoveTasks { get; init; }
}
