using HandyBackup.Contracts;
using Microsoft.Extensions.Logging;

namespace HandyBackup.Server.Core;

/// <summary>What the server writes to its log. Never a secret.</summary>
internal static partial class ServerLog
{
    [LoggerMessage(1000, LogLevel.Information, "Server {Version} started on '{DataPath}'")]
    public static partial void Started(ILogger logger, string version, string dataPath);

    [LoggerMessage(1001, LogLevel.Warning, "{Count} runs had been under way when the server last ended; they are interrupted")]
    public static partial void RunsInterrupted(ILogger logger, int count);

    [LoggerMessage(1002, LogLevel.Information, "Server stopped")]
    public static partial void Stopped(ILogger logger);

    [LoggerMessage(1003, LogLevel.Warning, "{Count} runs did not stop within {Limit}")]
    public static partial void RunsDidNotStop(ILogger logger, int count, TimeSpan limit);

    [LoggerMessage(1100, LogLevel.Information, "Repository '{Repository}' at '{Path}' was created")]
    public static partial void RepositoryCreated(ILogger logger, string repository, string path);

    [LoggerMessage(1101, LogLevel.Information, "Repository '{Repository}' at '{Path}' was imported")]
    public static partial void RepositoryImported(ILogger logger, string repository, string path);

    [LoggerMessage(1102, LogLevel.Information, "Repository '{Repository}' was removed; data deleted: {DataDeleted}")]
    public static partial void RepositoryRemoved(ILogger logger, string repository, bool dataDeleted);

    [LoggerMessage(1103, LogLevel.Information, "Repository '{Repository}' was opened")]
    public static partial void RepositoryOpened(ILogger logger, string repository);

    [LoggerMessage(1104, LogLevel.Debug, "Repository {RepositoryId} was closed")]
    public static partial void RepositoryClosed(ILogger logger, string repositoryId);

    [LoggerMessage(1105, LogLevel.Error, "What was left of a repository that could not be created at '{Path}' could not be removed")]
    public static partial void CleanUpFailed(ILogger logger, string path, Exception exception);

    [LoggerMessage(1106, LogLevel.Warning, "Repository {RepositoryId} could not be closed cleanly")]
    public static partial void RepositoryCloseFailed(ILogger logger, string repositoryId, Exception exception);

    [LoggerMessage(1110, LogLevel.Warning, "The local copy of the index of repository '{Repository}' cannot be used, so the index is kept in memory")]
    public static partial void IndexCacheUnusable(ILogger logger, string repository, Exception exception);

    [LoggerMessage(1120, LogLevel.Warning, "Repository '{Repository}' needs repair: '{Path}' is damaged and was read through its parity")]
    public static partial void DamageReadThrough(ILogger logger, string repository, string path);

    [LoggerMessage(1200, LogLevel.Information, "Run {RunId} ({Kind}) of '{Subject}' began")]
    public static partial void RunBegan(ILogger logger, Guid runId, RunKind kind, string subject);

    [LoggerMessage(1201, LogLevel.Information, "Run {RunId} of '{Subject}' ended: {State}, {Items} items, {Warnings} warnings")]
    public static partial void RunEnded(ILogger logger, Guid runId, string subject, RunState state, long items, long warnings);

    [LoggerMessage(1202, LogLevel.Error, "Run {RunId} failed")]
    public static partial void RunFailed(ILogger logger, Guid runId, Exception exception);

    [LoggerMessage(1203, LogLevel.Error, "The end of run {RunId} could not be saved")]
    public static partial void RunNotSaved(ILogger logger, Guid runId, Exception exception);

    [LoggerMessage(1204, LogLevel.Warning, "Run {RunId} could not keep what it had stored so far")]
    public static partial void SalvageFailed(ILogger logger, Guid runId, Exception exception);

    [LoggerMessage(1300, LogLevel.Information, "Task '{Task}' was {Change}")]
    public static partial void TaskChanged(ILogger logger, string task, string change);

    [LoggerMessage(1400, LogLevel.Information, "Snapshot {SnapshotId} of repository '{Repository}' was removed")]
    public static partial void SnapshotRemoved(ILogger logger, string snapshotId, string repository);

    [LoggerMessage(1401, LogLevel.Information, "Snapshot {SnapshotId} of repository '{Repository}' was restored from the trash")]
    public static partial void SnapshotRestored(ILogger logger, string snapshotId, string repository);
}
