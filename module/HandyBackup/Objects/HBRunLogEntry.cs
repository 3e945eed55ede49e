using HandyBackup.Contracts;

namespace HandyBackup.Module;

/// <summary>One line of a run's log.</summary>
public sealed class HBRunLogEntry : ServerObject
{
    internal HBRunLogEntry(RunLogEntry entry, HBSession session)
        : base(session)
    {
        RunId = entry.RunId;
        Sequence = entry.Sequence;
        Time = entry.Time;
        Level = entry.Level;
        ErrorId = entry.Code;
        Path = PrintableText.CleanOrNull(entry.Path);
        Message = PrintableText.Clean(entry.Message);
    }

    /// <summary>The run.</summary>
    public Guid RunId { get; }

    /// <summary>Counts from 1 within the run.</summary>
    public long Sequence { get; }

    /// <summary>When it happened.</summary>
    public DateTimeOffset Time { get; }

    /// <summary>How much it matters.</summary>
    public RunLogLevel Level { get; }

    /// <summary>What went wrong, as a stable code; null for information.</summary>
    public ErrorCode? ErrorId { get; }

    /// <summary>The item it is about; null if it is about the run.</summary>
    public string? Path { get; }

    /// <summary>One sentence.</summary>
    public string Message { get; }

    /// <inheritdoc/>
    public override string ToString() => Message;
}
