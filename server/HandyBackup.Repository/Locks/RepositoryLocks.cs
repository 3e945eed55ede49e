using HandyBackup.Contracts;

namespace HandyBackup.Repository;

/// <summary>
/// restic's lock files: an exclusive lock excludes all others, shared ones only exclusive ones. A lock that was not refreshed for 30 minutes,
/// or whose process on this host is gone, is stale and ignored (restic's internal/restic/lock.go).
/// </summary>
public sealed class RepositoryLocks
{
    private RepositoryLocks() => throw new NotSupportedException();

    /// <summary>Takes a lock, refreshes it every five minutes and removes it when disposed.</summary>
    /// <param name="exclusive">True to exclude everybody else.</param>
    /// <param name="wait">How long to wait for others to finish; zero to give up at once.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.RepositoryLocked"/>, naming host, process and time of the lock in the way.</exception>
    public Task<IAsyncDisposable> AcquireAsync(bool exclusive, TimeSpan wait, CancellationToken cancellationToken) => throw new NotSupportedException();
}
