namespace HandyBackup.Contracts;

/// <summary>What an agent says of itself.</summary>
public sealed record AgentDescription
{
    /// <summary>The agent's name, unique on its server: the machine's host name unless the administrator chose another.</summary>
    public required string Name { get; init; }

    /// <summary>The machine's host name; snapshots carry it.</summary>
    public required string HostName { get; init; }

    /// <summary>The operating system with its version, as it names itself.</summary>
    public required string OperatingSystem { get; init; }

    /// <summary>The account that the agent runs as; snapshots carry it.</summary>
    public required string UserName { get; init; }

    /// <summary>The agent's product version.</summary>
    public required string Version { get; init; }

    /// <summary>The kinds of source it offers.</summary>
    public required IReadOnlyList<SourceDescription> Sources { get; init; }
}
