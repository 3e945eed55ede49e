namespace HandyBackup.Contracts;

/// <summary>What a backup made. The server writes the snapshot from it.</summary>
public sealed record BackupOutcome
{
    /// <summary>The root tree; all blobs it refers to have been handed in or were there already.</summary>
    public required BlobId RootTree { get; init; }

    /// <summary>The final counters.</summary>
    public required RunProgress Totals { get; init; }

    /// <summary>The paths that were backed up, as the snapshot names them: absolute, in the platform's own form.</summary>
    public required IReadOnlyList<string> Paths { get; init; }
}
