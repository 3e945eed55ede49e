namespace HandyBackup.Contracts;

/// <summary>Which runs to list. All conditions must hold; null means any.</summary>
public sealed record RunQuery
{
    /// <summary>This run.</summary>
    public Guid? Id { get; init; }

    /// <summary>Task name, with wildcards.</summary>
    public string? Task { get; init; }

    /// <summary>What the run does.</summary>
    public RunKind? Kind { get; init; }

    /// <summary>Where the run is in its life.</summary>
    public RunState? State { get; init; }

    /// <summary>Accepted at or after this time.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Only this many, the newest.</summary>
    public int? Last { get; init; }
}

/// <summary>Names a run.</summary>
/// <param name="Id">The run.</param>
public sealed record RunReference(Guid Id);

/// <summary>Which lines of a run's log to list.</summary>
public sealed record RunLogQuery
{
    /// <summary>The run.</summary>
    public required Guid RunId { get; init; }

    /// <summary>Only lines of this level and above.</summary>
    public RunLogLevel MinimumLevel { get; init; }
}
