namespace HandyBackup.Contracts;

/// <summary>Which agents to list.</summary>
public sealed record AgentQuery
{
    /// <summary>Name, with wildcards; null for all.</summary>
    public string? Name { get; init; }
}
