using System.Globalization;
using HandyBackup.Contracts;
using HandyBackup.Stores;

namespace HandyBackup.Repository;

/// <summary>
/// restic's lock files: an exclusive lock excludes all others, shared ones only exclusive ones. A lock that was not refreshed for 30 minutes,
/// or whose process on this host is gone, is stale (restic's internal/restic/lock.go): it excludes nobody, and is removed when it is met.
/// Safe to share between threads.
/// </summary>
public sealed class RepositoryLocks
{
    // restic waits as long between creating its lock and looking for others again (waitBeforeLockCheck), wherever the repository lies.
    private static readonly TimeSpan s_timeToShow = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan s_pollInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_removalLimit = TimeSpan.FromSeconds(30);

    private readonly IStore _store;
    private readonly LockFiles _files;
    private readonly TimeProvider _time;

    internal RepositoryLocks(IStore store, UnpackedFiles files, LockOwner owner, TimeProvider time)
    {
        _store = store;
        _files = new LockFiles(files, owner, time);
        _time = time;
    }

    /// <summary>Takes a lock, refreshes it every five minutes and removes it when disposed.</summary>
    /// <param name="exclusive">True to exclude everybody else.</param>
    /// <param name="wait">How long to wait for others to finish; zero to give up at once.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.RepositoryLocked"/>, naming host, process and time of the lock in the way.</exception>
    public Task<RepositoryLock> AcquireAsync(bool exclusive, TimeSpan wait, CancellationToken cancellationToken) =>
        AcquireAsync(exclusive ? LockScope.Everybody : LockScope.Shared, wait, cancellationToken);

    /// <inheritdoc cref="AcquireAsync(bool, TimeSpan, CancellationToken)"/>
    /// <param name="scope">Whom to keep out.</param>
    /// <param name="wait">How long to wait for others to finish; zero to give up at once.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    public async Task<RepositoryLock> AcquireAsync(LockScope scope, TimeSpan wait, CancellationToken cancellationToken)
    {
        long start = _time.GetTimestamp();
        while (true)
        {
            LockRecord? other = await _files.FindConflictAsync(scope, created: null, cancellationToken);
            if (other is null)
            {
                (LockId? id, other) = await TryCreateAsync(scope, cancellationToken);
                if (id is LockId held)
                {
                    return new RepositoryLock(_files, scope, held, _time);
                }
            }

            TimeSpan left = wait - _time.GetElapsedTime(start);
            if (left <= TimeSpan.Zero)
            {
                throw Locked(other!);
            }

            // Two that back off from each other must not come back at the same time for ever.
            TimeSpan pause = s_pollInterval * (0.5 + Random.Shared.NextDouble());
            await Task.Delay(pause < left ? pause : left, _time, cancellationToken);
        }
    }

    /// <summary>
    /// Creates a lock file, and takes it back if another one turns up that was created at the same time. Of two that both look again after creating theirs,
    /// the one that created his later sees the other's, provided that it shows in a listing by then.
    /// </summary>
    private async Task<(LockId? Id, LockRecord? Other)> TryCreateAsync(LockScope scope, CancellationToken cancellationToken)
    {
        LockId id = await _files.CreateAsync(scope, cancellationToken);
        bool isHeld = false;
        try
        {
            if (!_store.ListsAtOnce)
            {
                await Task.Delay(s_timeToShow, _time, cancellationToken);
            }

            LockRecord? other = await _files.FindConflictAsync(scope, id, cancellationToken);
            isHeld = other is null;
            return isHeld ? (id, null) : (null, other);
        }
        finally
        {
            if (!isHeld)
            {
                _files.Release(id);
                using var limit = new CancellationTokenSource(s_removalLimit, _time);
                await _files.RemoveAsync(id, limit.Token);
            }
        }
    }

    private HandyBackupException Locked(LockRecord other)
    {
        string kind = other.Exclusive ? "exclusively " : "";
        string since = other.Time.ToString("yyyy-MM-dd HH:mm:ss zzz", CultureInfo.InvariantCulture);
        return new HandyBackupException(
            ErrorCode.RepositoryLocked,
            $"The repository is locked {kind}by process {other.ProcessId} of {other.UserName} on {other.HostName}, last seen at {since}{DescribeAge(other.Time)}.")
        {
            Target = $"{other.HostName} process {other.ProcessId}",
            Advice = "Wait until it has finished. A lock whose process is gone is passed over on the same host at once, elsewhere after 30 minutes.",
            IsTransient = true,
        };
    }

    // A clock that was set, or another host's, may put it into the future.
    private string DescribeAge(DateTimeOffset time)
    {
        TimeSpan age = _time.GetUtcNow() - time;
        return age < TimeSpan.Zero ? "" : $" ({age.ToString(age.Days > 0 ? @"d\.hh\:mm\:ss" : @"hh\:mm\:ss", CultureInfo.InvariantCulture)} ago)";
    }
}
