using HandyBackup.Contracts;

namespace HandyBackup.Repository;

/// <summary>How long ago a snapshot was verified.</summary>
/// <param name="Id">The snapshot.</param>
/// <param name="Verified">The oldest of the times at which the content of the packs that it needs was last verified.</param>
public readonly record struct SnapshotVerification(SnapshotId Id, DateTimeOffset Verified);
