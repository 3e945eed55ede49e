using System.Runtime.InteropServices;
using HandyBackup.Contracts;

namespace HandyBackup.Repository;

/// <summary>A lock that is held until it is disposed. Safe to share between threads.</summary>
public sealed class RepositoryLock : IAsyncDisposable
{
    private static readonly TimeSpan s_refreshInterval = TimeSpan.FromMinutes(5);

    // Others take the lock for stale after 30 minutes. Work must have stopped by then.
    private static readonly TimeSpan s_lostAfter = TimeSpan.FromMinutes(25);
    private static readonly TimeSpan s_removalLimit = TimeSpan.FromSeconds(30);

    private readonly LockFiles _files;
    private readonly LockScope _scope;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _lost = new();
    private readonly PosixSignalRegistration? _hangUp;
    private readonly Task _refreshing;

    // Usually one; more while a refresh could write the new file but not yet remove the old one.
    private readonly List<LockId> _ids;
    private int _isDisposed;

    internal RepositoryLock(LockFiles files, LockScope scope, LockId id, TimeProvider time)
    {
        _files = files;
        _scope = scope;
        _ids = [id];
        _time = time;
        Lost = _lost.Token;

        // restic sends SIGHUP to the process that a lock names, to see whether it still runs (internal/restic/lock_unix.go): it must not end us.
        _hangUp = OperatingSystem.IsWindows() ? null : PosixSignalRegistration.Create(PosixSignal.SIGHUP, context => context.Cancel = true);
        _refreshing = RefreshAsync(time.GetUtcNow(), time.GetTimestamp());
    }

    /// <summary>
    /// Is cancelled when the lock could not be refreshed for so long that others will soon take it for stale, because the store fails or the machine slept.
    /// Work under the lock must stop then.
    /// </summary>
    public CancellationToken Lost { get; }

    /// <summary>Removes the lock. If that fails, others pass over it when it is 30 minutes old or this process has ended.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
        {
            return;
        }

        await _stop.CancelAsync();
        await _refreshing;
        using var limit = new CancellationTokenSource(s_removalLimit, _time);
        try
        {
            await RemoveAllButAsync(null, limit.Token);
        }
        catch (Exception exception) when (exception is HandyBackupException or OperationCanceledException)
        {
            // It expires by itself, and an error here would hide the outcome of the work.
        }

        _ids.ForEach(_files.Release);

        _hangUp?.Dispose();
        _lost.Dispose();
        _stop.Dispose();
    }

    // Others judge the lock by the clock on the wall. The machine's own may stand still while it sleeps, and the one on the wall may be set back: either is enough.
    private async Task RefreshAsync(DateTimeOffset refreshed, long refreshedStamp)
    {
        using var timer = new PeriodicTimer(s_refreshInterval, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
            {
                if (_time.GetUtcNow() - refreshed >= s_lostAfter || _time.GetElapsedTime(refreshedStamp) >= s_lostAfter)
                {
                    await _lost.CancelAsync();
                    return;
                }

                if (await TryRefreshAsync())
                {
                    (refreshed, refreshedStamp) = (_time.GetUtcNow(), _time.GetTimestamp());
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Disposed.
        }
    }

    private async Task<bool> TryRefreshAsync()
    {
        try
        {
            LockId added = await _files.CreateAsync(_scope, _stop.Token);
            _ids.Add(added);
            await RemoveAllButAsync(added, _stop.Token);
            return true;
        }
        catch (HandyBackupException)
        {
            // The next turn tries again.
            return false;
        }
    }

    private async Task RemoveAllButAsync(LockId? kept, CancellationToken cancellationToken)
    {
        for (int i = _ids.Count - 1; i >= 0; i--)
        {
            if (_ids[i] != kept)
            {
                await _files.RemoveAsync(_ids[i], cancellationToken);
                _ids.RemoveAt(i);
            }
        }
    }
}
