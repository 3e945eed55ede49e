namespace HandyBackup.Contracts;

/// <summary>The item tree of one task at one time.</summary>
public sealed record SnapshotInfo
{
    /// <summary>The id: 64 hexadecimal digits.</summary>
    public required string Id { get; init; }

    /// <summary>The repository that holds it.</summary>
    public required string Repository { get; init; }

    /// <summary>When the backup began.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>The task that made it; null for snapshots that another program made.</summary>
    public string? Task { get; init; }

    /// <summary>The kind of source; null for snapshots that another program made (they hold files).</summary>
    public string? Source { get; init; }

    /// <summary>The agent that was read; null for snapshots that another program made.</summary>
    public string? Agent { get; init; }

    /// <summary>The host that was backed up.</summary>
    public required string HostName { get; init; }

    /// <summary>The account that made the backup.</summary>
    public required string UserName { get; init; }

    /// <summary>What was backed up.</summary>
    public required IReadOnlyList<string> Paths { get; init; }

    /// <summary>Labels.</summary>
    public required IReadOnlyList<string> Tags { get; init; }

    /// <summary>Files, folders and all other items; null if it does not say.</summary>
    public long? Items { get; init; }

    /// <summary>The sum of the files' lengths; null if it does not say.</summary>
    public long? Bytes { get; init; }

    /// <summary>Bytes by which the repository grew; null if it does not say.</summary>
    public long? AddedBytes { get; init; }

    /// <summary>
    /// Since when all its data was read back and found sound, as of the last check or optimization of its repository; null if part of it never was.
    /// </summary>
    public DateTimeOffset? LastVerified { get; init; }

    /// <summary>When it was removed; null if it was not.</summary>
    public DateTimeOffset? Removed { get; init; }

    /// <summary>Until when it can be restored; null if it was not removed.</summary>
    public DateTimeOffset? RestorableUntil { get; init; }

    /// <summary>The program that made it, as the snapshot says; null if it does not say.</summary>
    public string? Program { get; init; }
}
