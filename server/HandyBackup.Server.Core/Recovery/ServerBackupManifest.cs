using HandyBackup.Contracts;

namespace HandyBackup.Server.Core;

/// <summary>What a server's backup says of itself: <c>backup.json</c> in it.</summary>
internal sealed record ServerBackupManifest
{
    /// <summary>When it was made.</summary>
    public required DateTimeOffset Made { get; init; }

    /// <summary>The host name of the server's machine.</summary>
    public required string HostName { get; init; }

    /// <summary>The version of the server.</summary>
    public required string Version { get; init; }

    /// <summary>The server's data path.</summary>
    public required string DataPath { get; init; }

    /// <summary>The options of the server's command line, without the data path.</summary>
    public required IReadOnlyList<string> StartOptions { get; init; }

    /// <summary>Repositories known.</summary>
    public required int Repositories { get; init; }

    /// <summary>Tasks known.</summary>
    public required int Tasks { get; init; }

    /// <summary>Agents known.</summary>
    public required int Agents { get; init; }

    /// <summary>Users known.</summary>
    public required int Users { get; init; }

    /// <summary>The SHA-256 of the certificate of the server's certification authority; null if it had none.</summary>
    public string? Fingerprint { get; init; }

    /// <summary>The same for panels.</summary>
    public ServerBackupInfo Describe() => new()
    {
        Made = Made,
        HostName = HostName,
        Version = Version,
        DataPath = DataPath,
        StartOptions = StartOptions,
        Repositories = Repositories,
        Tasks = Tasks,
        Agents = Agents,
        Users = Users,
        Fingerprint = Fingerprint,
    };
}
