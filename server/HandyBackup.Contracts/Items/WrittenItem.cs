namespace HandyBackup.Contracts;

/// <summary>What became of an item that was to be written.</summary>
public sealed record WrittenItem
{
    /// <summary>What was done.</summary>
    public required RestoreAction Action { get; init; }

    /// <summary>Why it was left, or refused; null otherwise.</summary>
    public string? Reason { get; init; }

    /// <summary>How many bytes of content were written.</summary>
    public long Bytes { get; init; }

    /// <summary>What of its metadata could not be set.</summary>
    public IReadOnlyList<string> MetadataFailures { get; init; } = [];
}
