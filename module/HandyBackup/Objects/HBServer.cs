using HandyBackup.Contracts;

namespace HandyBackup.Module;

/// <summary>A server and how it is.</summary>
public sealed class HBServer : ServerObject
{
    internal HBServer(ServerStatus status, HBSession? session)
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

    /// <inheritdoc/>
    public override string ToString() => HostName;
}
