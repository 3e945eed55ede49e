using HandyBackup.Contracts;

namespace HandyBackup.Repository;

/// <summary>The content of a snapshot file: restic's fields (doc/design.rst, "Snapshots"), and ours in one optional object that restic ignores.</summary>
public sealed record Snapshot
{
    /// <summary>When the backup began, with the zone offset it is written with.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>The snapshot before it in the same series; null if there is none.</summary>
    public SnapshotId? Parent { get; init; }

    /// <summary>The root tree.</summary>
    public required BlobId Tree { get; init; }

    /// <summary>What was backed up.</summary>
    public required IReadOnlyList<string> Paths { get; init; }

    /// <summary>The host that was backed up.</summary>
    public string HostName { get; init; } = "";

    /// <summary>The account that made the backup.</summary>
    public string UserName { get; init; } = "";

    /// <summary>The account's number.</summary>
    public uint UserId { get; init; }

    /// <summary>The group's number.</summary>
    public uint GroupId { get; init; }

    /// <summary>What was left out.</summary>
    public IReadOnlyList<string> Excludes { get; init; } = [];

    /// <summary>Labels.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>The snapshot that this one was rewritten from; null if it was not.</summary>
    public SnapshotId? Original { get; init; }

    /// <summary>The program that made it (<c>program_version</c>); empty if it does not say.</summary>
    public string ProgramVersion { get; init; } = "";

    /// <summary>What we add (<c>handybackup</c>); null in snapshots that another program made.</summary>
    public SnapshotOrigin? Origin { get; init; }
}
