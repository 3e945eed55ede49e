namespace HandyBackup.Contracts;

/// <summary>What a machine gets when it has become an agent.</summary>
public sealed record EnrolledAgent
{
    /// <summary>The agent's id: the subject of its certificate.</summary>
    public required Guid AgentId { get; init; }

    /// <summary>The name that the server knows the agent by: the one that was asked for, or that of the agent whose place it takes. Null from servers that do not say it.</summary>
    public string? Name { get; init; }

    /// <summary><see cref="AgentStatus.Approved"/>, or <see cref="AgentStatus.Pending"/> if an administrator must approve it first; an agent whose place is taken keeps its status.</summary>
    public required AgentStatus Status { get; init; }

    /// <summary>The agent's certificate in DER.</summary>
    public required byte[] Certificate { get; init; }

    /// <summary>The certificate of the server's certification authority in DER.</summary>
    public required byte[] AuthorityCertificate { get; init; }
}
