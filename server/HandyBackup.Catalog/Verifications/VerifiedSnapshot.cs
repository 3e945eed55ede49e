using HandyBackup.Contracts;

namespace HandyBackup.Catalog;

/// <summary>How long ago a snapshot was verified.</summary>
/// <param name="Id">The snapshot.</param>
/// <param name="Verified">The oldest time at which a part of its data was last read back.</param>
public readonly record struct VerifiedSnapshot(SnapshotId Id, DateTimeOffset Verified);
