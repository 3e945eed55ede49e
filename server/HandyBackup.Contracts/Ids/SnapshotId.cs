namespace HandyBackup.Contracts;

/// <summary>The identity of a snapshot: the SHA-256 of its file in the repository.</summary>
/// <param name="Hash">The hash.</param>
public readonly record struct SnapshotId(Sha256Hash Hash)
{
    /// <inheritdoc/>
    public override string ToString() => Hash.ToString();
}
