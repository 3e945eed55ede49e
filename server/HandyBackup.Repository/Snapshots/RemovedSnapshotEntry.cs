using HandyBackup.Contracts;

namespace HandyBackup.Repository;

/// <summary>One snapshot of the trash as a listing shows it.</summary>
/// <param name="Id">The id that it had, and has again when it is restored.</param>
/// <param name="Removed">When it was removed; null if the file cannot be read.</param>
/// <param name="Snapshot">Its content; null if it cannot be read.</param>
/// <param name="Error">Why it cannot be read; null if it can.</param>
public sealed record RemovedSnapshotEntry(SnapshotId Id, DateTimeOffset? Removed, Snapshot? Snapshot, ErrorInfo? Error);
