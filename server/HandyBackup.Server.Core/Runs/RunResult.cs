using HandyBackup.Contracts;

namespace HandyBackup.Server.Core;

/// <summary>What a run that did its work leaves.</summary>
/// <param name="Totals">The final counters.</param>
/// <param name="SnapshotId">The snapshot that was made or read; null where there is none.</param>
/// <param name="Skipped">Items that the policy of a restore left alone.</param>
internal sealed record RunResult(RunProgress Totals, string? SnapshotId = null, long Skipped = 0);
