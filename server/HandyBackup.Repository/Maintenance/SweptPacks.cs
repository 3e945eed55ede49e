namespace HandyBackup.Repository;

/// <summary>What a sweep did, or would do.</summary>
/// <param name="Removed">Packs whose files were removed.</param>
/// <param name="RemovedBytes">Their size together.</param>
/// <param name="Waiting">Condemned packs whose grace is not over.</param>
/// <param name="WaitingBytes">Their size together.</param>
internal readonly record struct SweptPacks(int Removed, long RemovedBytes, int Waiting, long WaitingBytes);
