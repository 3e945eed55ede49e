using HandyBackup.Contracts;

namespace HandyBackup.Catalog;

/// <summary>A new run as the catalog keeps it.</summary>
/// <param name="Run">The run.</param>
/// <param name="TaskId">The task that it executes; null for restores and checks.</param>
/// <param name="RepositoryId">The repository that it reads or writes.</param>
public sealed record RunRecord(Run Run, Guid? TaskId, string RepositoryId);
