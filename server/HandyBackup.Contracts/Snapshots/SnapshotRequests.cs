namespace HandyBackup.Contracts;

/// <summary>Which snapshots to list. All conditions must hold; null means any.</summary>
public sealed record SnapshotQuery
{
    /// <summary>The id, or a beginning of it (at least 4 digits).</summary>
    public string? Id { get; init; }

    /// <summary>Task name, with wildcards.</summary>
    public string? Task { get; init; }

    /// <summary>Repository name, with wildcards.</summary>
    public string? Repository { get; init; }

    /// <summary>Host name, with wildcards.</summary>
    public string? HostName { get; init; }

    /// <summary>A label that it must have.</summary>
    public string? Tag { get; init; }

    /// <summary>Made by this run.</summary>
    public Guid? RunId { get; init; }

    /// <summary>Made at or after this time.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>True for the trash, the snapshots that were removed, instead of those that are there.</summary>
    public bool Removed { get; init; }

    /// <summary>True for only the newest of each task (of each host and path set, where no task is known).</summary>
    public bool Latest { get; init; }
}

/// <summary>Names a snapshot.</summary>
/// <param name="Repository">The repository that holds it; null to look in all.</param>
/// <param name="Id">The id, or an unambiguous beginning of it.</param>
public sealed record SnapshotReference(string? Repository, string Id);

/// <summary>Copies a snapshot.</summary>
/// <param name="Snapshot">The snapshot.</param>
/// <param name="Target">The repository that gets the copy.</param>
public sealed record CopySnapshotRequest(SnapshotReference Snapshot, string Target);

/// <summary>Compares two snapshots.</summary>
public sealed record CompareSnapshotsRequest
{
    /// <summary>The older one, or whichever is the base.</summary>
    public required SnapshotReference Reference { get; init; }

    /// <summary>The one compared with it.</summary>
    public required SnapshotReference Difference { get; init; }

    /// <summary>Only below this path; empty for everything.</summary>
    public string Path { get; init; } = "";
}
