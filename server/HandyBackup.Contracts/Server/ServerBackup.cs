namespace HandyBackup.Contracts;

/// <summary>How a server's backup is to be made.</summary>
public sealed record BackUpServerRequest
{
    /// <summary>Opens the file again: at least 12 characters, 5 of them different. Whoever has it and the file has everything that the server has.</summary>
    public required Secret Password { get; init; }
}

/// <summary>A piece of a server's backup on its way to the file.</summary>
public sealed record ServerBackupPart
{
    /// <summary>What is in the file; in the first part only.</summary>
    public ServerBackupInfo? Backup { get; init; }

    /// <summary>The next bytes of the file; none in the first part.</summary>
    public required byte[] Content { get; init; }
}

/// <summary>What a server's backup holds, and whose it is.</summary>
public sealed record ServerBackupInfo
{
    /// <summary>When it was made, by the server's clock.</summary>
    public required DateTimeOffset Made { get; init; }

    /// <summary>The host name of the server's machine.</summary>
    public required string HostName { get; init; }

    /// <summary>The version of the server.</summary>
    public required string Version { get; init; }

    /// <summary>The server's data path.</summary>
    public required string DataPath { get; init; }

    /// <summary>How the server had been started: the options of its command line, without the data path.</summary>
    public required IReadOnlyList<string> StartOptions { get; init; }

    /// <summary>Repositories known.</summary>
    public required int Repositories { get; init; }

    /// <summary>Tasks known.</summary>
    public required int Tasks { get; init; }

    /// <summary>Agents known, connected or not.</summary>
    public required int Agents { get; init; }

    /// <summary>Users known.</summary>
    public required int Users { get; init; }

    /// <summary>By what panels on other machines know the server; null if it had no certification authority yet.</summary>
    public string? Fingerprint { get; init; }
}

/// <summary>What a server was restored to.</summary>
public sealed record ServerRestoration
{
    /// <summary>What was restored.</summary>
    public required ServerBackupInfo Backup { get; init; }

    /// <summary>The data path that a server can be started on now.</summary>
    public required string DataPath { get; init; }

    /// <summary>The folder with what the data path held before; null if it held no server.</summary>
    public string? KeptAside { get; init; }

    /// <summary>Enrolment tokens that could have been used again, and were revoked.</summary>
    public required int RevokedTokens { get; init; }

    /// <summary>Removals that waited for a second administrator, and were dropped.</summary>
    public required int DroppedRemovals { get; init; }
}
