using HandyBackup.Contracts;

namespace HandyBackup.Module;

/// <summary>A server and how it is.</summary>
public sealed class HBServer : ServerObject
{
    internal HBServer(ServerStatus status, HBSession? session, CallerInfo? caller)
        : base(session)
    {
        HostName = PrintableText.Clean(status.HostName);
        Version = PrintableText.Clean(status.Version);
        DataPath = status.DataPath;
        ProcessId = status.ProcessId;
        Started = status.Started;
        ActiveRuns = status.ActiveRuns;
        Tasks = status.Tasks;
        Repositories = status.Repositories;
        Agents = status.Agents;
        Fingerprint = status.Fingerprint is null ? null : PrintableText.Clean(status.Fingerprint);
        ComputerName = session?.ComputerName;
        Login = session?.Login;
        UserName = caller is null ? null : PrintableText.Clean(caller.Name);
        Grants = caller is null ? [] : GrantText.Of(caller.Grants);
    }

    /// <summary>The server machine's host name.</summary>
    public string HostName { get; }

    /// <summary>The product version.</summary>
    public string Version { get; }

    /// <summary>The folder with catalog, key and log.</summary>
    public string DataPath { get; }

    /// <summary>The server's process.</summary>
    public int ProcessId { get; }

    /// <summary>When it was started.</summary>
    public DateTimeOffset Started { get; }

    /// <summary>Runs under way.</summary>
    public int ActiveRuns { get; }

    /// <summary>Tasks known.</summary>
    public int Tasks { get; }

    /// <summary>Repositories known.</summary>
    public int Repositories { get; }

    /// <summary>Agents connected.</summary>
    public int Agents { get; }

    /// <summary>The SHA-256 by which panels on other machines know the server, in hexadecimal digits; null if it has none yet.</summary>
    public string? Fingerprint { get; }

    /// <summary>The address that the session is connected to; null for a server on this machine, and without a session.</summary>
    public string? ComputerName { get; }

    /// <summary>By what the session has shown who it is; null without a session.</summary>
    public LoginKind? Login { get; }

    /// <summary>As whom the server knows the session; null without a session.</summary>
    public string? UserName { get; }

    /// <summary>What the user was granted; empty for local administrators, who may do everything.</summary>
    public string[] Grants { get; }

    /// <inheritdoc/>
    public override string ToString() => HostName;
}
