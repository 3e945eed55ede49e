using HandyBackup.Catalog;
using HandyBackup.Repository;
using Microsoft.Extensions.Logging;

namespace HandyBackup.Server.Core;

/// <summary>
/// One repository, opened and its index loaded at most once for all who use it. It closes when it was discarded and the last user has left.
/// Safe to share between threads.
/// </summary>
internal sealed class SharedRepository(RepositoryRecord record, Func<RepositoryRecord, CancellationToken, Task<RepositoryAtPlace>> open, TimeProvider time, ILogger logger)
{
    private readonly Lock _lock = new();
    private readonly TurnTaking _opening = new();
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private RepositoryAtPlace? _place;
    private IndexedRepository? _indexed;
    private int _users;
    private bool _isDiscarded;
    private long _lastUsed = time.GetTimestamp();
    private int _parityPercent = record.ParityPercent;

    /// <summary>Ends when the repository was discarded and closed.</summary>
    public Task Closed => _closed.Task;

    /// <summary>How long nobody has used it; zero while somebody does.</summary>
    public TimeSpan Idle
    {
        get
        {
            lock (_lock)
            {
                return _users > 0 ? TimeSpan.Zero : time.GetElapsedTime(_lastUsed);
            }
        }
    }

    /// <summary>Counts a further user, or says that this object was discarded.</summary>
    public bool TryEnter()
    {
        lock (_lock)
        {
            if (_isDiscarded)
            {
                return false;
            }

            _users++;
            return true;
        }
    }

    /// <summary>Opens the repository if that was not done yet. The caller must have entered.</summary>
    public async Task<RepositoryLease<OpenRepository>> OpenAsync(CancellationToken cancellationToken)
    {
        try
        {
            using IDisposable turn = await _opening.WaitAsync(cancellationToken);
            RepositoryAtPlace place = await OpenPlaceAsync(cancellationToken);
            return new RepositoryLease<OpenRepository>(place.Repository, Leave);
        }
        catch
        {
            Leave();
            throw;
        }
    }

    /// <summary>Opens the repository and loads its index, or takes in what others have changed since. The caller must have entered.</summary>
    public async Task<RepositoryLease<IndexedRepository>> OpenIndexedAsync(CancellationToken cancellationToken)
    {
        try
        {
            using IDisposable turn = await _opening.WaitAsync(cancellationToken);
            RepositoryAtPlace place = await OpenPlaceAsync(cancellationToken);
            if (_indexed is null)
            {
                _indexed = await place.Repository.LoadIndexAsync(cancellationToken);
            }
            else
            {
                await _indexed.RefreshAsync(cancellationToken);
            }

            if (_indexed.IndexCacheFault is { } fault)
            {
                ServerLog.IndexCacheUnusable(logger, record.Name, fault);
            }

            return new RepositoryLease<IndexedRepository>(_indexed, Leave);
        }
        catch
        {
            Leave();
            throw;
        }
    }

    /// <summary>How much parity files get that are saved from now on, whether the repository is open or not.</summary>
    public void SetParity(int percent)
    {
        lock (_lock)
        {
            _parityPercent = percent;
            _place?.Repository.ParityPercent = percent;
        }
    }

    /// <summary>Lets nobody enter any more and closes when the last user has left.</summary>
    public void Discard()
    {
        lock (_lock)
        {
            if (_isDiscarded)
            {
                return;
            }

            _isDiscarded = true;
            if (_users > 0)
            {
                return;
            }
        }

        _ = CloseAsync();
    }

    private async Task<RepositoryAtPlace> OpenPlaceAsync(CancellationToken cancellationToken)
    {
        if (_place is { } place)
        {
            return place;
        }

        place = await open(record, cancellationToken);
        lock (_lock)
        {
            place.Repository.ParityPercent = _parityPercent;
            _place = place;
        }

        return place;
    }

    private void Leave()
    {
        lock (_lock)
        {
            _users--;
            _lastUsed = time.GetTimestamp();
            if (_users > 0 || !_isDiscarded)
            {
                return;
            }
        }

        _ = CloseAsync();
    }

    // The edge of a task that nobody awaits: a failure to close may not be lost, nor keep anybody waiting.
    private async Task CloseAsync()
    {
        try
        {
            if (_indexed is not null)
            {
                await _indexed.DisposeAsync();
            }

            if (_place is not null)
            {
                await _place.DisposeAsync();
                ServerLog.RepositoryClosed(logger, record.Id);
            }
        }
        catch (Exception exception)
        {
            ServerLog.RepositoryCloseFailed(logger, record.Id, exception);
        }
        finally
        {
            _closed.TrySetResult();
        }
    }
}
