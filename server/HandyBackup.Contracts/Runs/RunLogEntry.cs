namespace HandyBackup.Contracts;

/// <summary>One line of a run's log.</summary>
public sealed record RunLogEntry
{
    /// <summary>The run.</summary>
    public required Guid RunId { get; init; }

    /// <summary>Counts from 1 within the run.</summary>
    public required long Sequence { get; init; }

    /// <summary>When it happened.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>How much it matters.</summary>
    public required RunLogLevel Level { get; init; }

    /// <summary>What went wrong; null for information.</summary>
    public ErrorCode? Code { get; init; }

    /// <summary>The item it is about; null if it is about the run.</summary>
    public string? Path { get; init; }

    /// <summary>One sentence.</summary>
    public required string Message { get; init; }
}
