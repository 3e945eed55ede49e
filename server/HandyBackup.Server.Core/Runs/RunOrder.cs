using HandyBackup.Catalog;
using HandyBackup.Contracts;

namespace HandyBackup.Server.Core;

/// <summary>A run that is to be started.</summary>
internal sealed record RunOrder
{
    /// <summary>What it does.</summary>
    public required RunKind Kind { get; init; }

    /// <summary>The task it executes; null for restores and checks.</summary>
    public TaskRecord? Task { get; init; }

    /// <summary>The agent that works; null for a check.</summary>
    public string? Agent { get; init; }

    /// <summary>The repository it reads or writes.</summary>
    public required RepositoryRecord Repository { get; init; }

    /// <summary>The snapshot that is read, where that is known from the start.</summary>
    public string? SnapshotId { get; init; }

    /// <summary>How long it is kept back before it waits for its turn: its moment in the start window of its task.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>Throws, when the turn has come, if the work cannot be done now: such a run ends without having begun. Null if there is nothing to ask.</summary>
    public Func<CancellationToken, Task>? Precondition { get; init; }

    /// <summary>The work itself.</summary>
    public required Func<ActiveRun, CancellationToken, Task<RunResult>> Work { get; init; }

    /// <summary>What people know the run by.</summary>
    public string Subject => Task?.Definition.Name ?? Repository.Name;
}
