using System.Buffers;
using HandyBackup.Contracts;
using HandyBackup.Repository;
using HandyBackup.Stores;
using Microsoft.Extensions.Logging;

namespace HandyBackup.Server.Core;

/// <summary>What a server is made of.</summary>
public sealed record ServerCoreOptions
{
    /// <summary>The folder with catalog and key, absolute. The caller has made sure that no other server works on it.</summary>
    public required string DataPath { get; init; }

    /// <summary>The clock.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>Where log lines go.</summary>
    public required ILoggerFactory LoggerFactory { get; init; }

    /// <summary>The agent inside this process; null if there is none.</summary>
    public IAgent? EmbeddedAgent { get; init; }

    /// <summary>Makes the store for a folder's absolute path. The server disposes it.</summary>
    public required Func<string, IStore> OpenStore { get; init; }

    /// <summary>Where buffers for content come from.</summary>
    public MemoryPool<byte> Buffers { get; init; } = MemoryPool<byte>.Shared;

    /// <summary>Is called when somebody asks the server to stop; returns at once.</summary>
    public required Action RequestStop { get; init; }

    /// <summary>Is called when the last run has ended, or the last agent has come in, and none follows: there may be memory to give back.</summary>
    public Action WhenIdle { get; init; } = static () => { };

    /// <summary>How many runs work at once, until an administrator sets it.</summary>
    public RunLimits RunLimits { get; init; } = new();

    /// <summary>How long the end of the server waits for its runs to stop.</summary>
    public TimeSpan StopLimit { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long runs, and operations that need a repository for themselves, wait for a lock that another program holds.</summary>
    public TimeSpan LockWait { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// True to serve agents on other machines, and panels: then the server's certification authority is made if there is none yet, and <see cref="ServerCore.FleetDoor"/> is there.
    /// </summary>
    public bool ServesNetwork { get; init; }

    /// <summary>Names and addresses by which the server may be reached, besides the machine's own: its certificate holds them.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>How long a run waits for an agent whose connection broke.</summary>
    public TimeSpan AgentReturnLimit { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The cost of guessing the passwords of new repositories; null calibrates it to this machine. Tests use a weak one.</summary>
    public ScryptCost? ScryptCost { get; init; }

    /// <summary>The options of the command line, without the data path: whoever restores the server is told how it had been started.</summary>
    public IReadOnlyList<string> StartOptions { get; init; } = [];

    /// <summary>The cost of guessing the password of a server's backup. Tests use a weak one.</summary>
    public PasswordCost BackupCost { get; init; } = ServerSaving.DefaultCost;

    /// <summary>The cost of guessing the passwords of users. Tests use a weak one.</summary>
    public PasswordCost PasswordCost { get; init; } = PasswordCost.Default;
}
