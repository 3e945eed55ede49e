namespace HandyBackup.Module;

/// <summary>Names a snapshot. PowerShell makes it from an id, or the beginning of one, and from a snapshot object.</summary>
public sealed class HBSnapshotReference
{
    /// <summary>A snapshot by its id, in whichever repository it lies.</summary>
    /// <param name="snapshotId">The id, or an unambiguous beginning of it.</param>
    public HBSnapshotReference(string snapshotId) => SnapshotId = snapshotId;

    /// <summary>A snapshot that a server listed.</summary>
    public HBSnapshotReference(HBSnapshot snapshot)
    {
        _ = snapshot ?? throw new ArgumentNullException(nameof(snapshot));
        SnapshotId = snapshot.Id;
        Repository = snapshot.Repository;
        Session = snapshot.Session;
    }

    /// <summary>The id, or an unambiguous beginning of it.</summary>
    public string SnapshotId { get; }

    /// <summary>The repository; null to look in all.</summary>
    public string? Repository { get; }

    /// <summary>The session that listed the snapshot; null if only an id is known.</summary>
    public HBSession? Session { get; }

    /// <inheritdoc/>
    public override string ToString() => SnapshotId;
}
