namespace HandyBackup.Contracts;

/// <summary>What a server says of itself.</summary>
public sealed record ServerStatus
{
    /// <summary>The server machine's host name.</summary>
    public required string HostName { get; init; }

    /// <summary>The product version.</summary>
    public required string Version { get; init; }

    /// <summary>The folder with catalog, key and log.</summary>
    public required string DataPath { get; init; }

    /// <summary>The server's process.</summary>
    public required int ProcessId { get; init; }

    /// <summary>When it was started.</summary>
    public required DateTimeOffset Started { get; init; }

    /// <summary>Runs under way.</summary>
    public required int ActiveRuns { get; init; }

    /// <summary>Tasks known.</summary>
    public required int Tasks { get; init; }

    /// <summary>Repositories known.</summary>
    public required int Repositories { get; init; }

    /// <summary>Agents connected.</summary>
    public required int Agents { get; init; }

    /// <summary>
    /// The SHA-256 of the certificate of the server's certification authority, by which panels on other machines know the server, in 64 hexadecimal digits; null if
    /// it has none yet.
    /// </summary>
    public string? Fingerprint { get; init; }
}
