using HandyBackup.Contracts;

namespace HandyBackup.Repository;

/// <summary>One thing that a repair did, or would do.</summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="Code">What was wrong; null where nothing was.</param>
/// <param name="Target">The file, or the path in a snapshot.</param>
/// <param name="Message">One sentence.</param>
/// <param name="Count">How many files, blobs or items it stands for.</param>
public sealed record RepairFinding(RepairOutcome Outcome, ErrorCode? Code, string Target, string Message, long Count = 1);
