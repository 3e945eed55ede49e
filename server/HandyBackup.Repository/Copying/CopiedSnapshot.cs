using HandyBackup.Contracts;

namespace HandyBackup.Repository;

/// <summary>A snapshot in the repository that it was copied to.</summary>
/// <param name="Id">Its id there.</param>
/// <param name="WasThere">True if an earlier copy had brought it.</param>
public sealed record CopiedSnapshot(SnapshotId Id, bool WasThere);
