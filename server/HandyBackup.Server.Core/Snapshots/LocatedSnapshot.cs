using HandyBackup.Catalog;
using HandyBackup.Contracts;
using HandyBackup.Repository;

namespace HandyBackup.Server.Core;

/// <summary>A snapshot and the repository that holds it.</summary>
/// <param name="Repository">The repository.</param>
/// <param name="Id">The snapshot's id.</param>
/// <param name="Snapshot">Its content.</param>
/// <param name="Removed">When it was removed; null if it was not.</param>
/// <param name="Verified">Since when all its data was read back; null if part of it never was.</param>
internal sealed record LocatedSnapshot(RepositoryRecord Repository, SnapshotId Id, Snapshot Snapshot, DateTimeOffset? Removed = null, DateTimeOffset? Verified = null);
