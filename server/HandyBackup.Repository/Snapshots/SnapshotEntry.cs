using HandyBackup.Contracts;

namespace HandyBackup.Repository;

/// <summary>One snapshot file as a listing shows it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Snapshot">Its content; null if it cannot be read.</param>
/// <param name="Error">Why it cannot be read; null if it can.</param>
public sealed record SnapshotEntry(SnapshotId Id, Snapshot? Snapshot, ErrorInfo? Error);
