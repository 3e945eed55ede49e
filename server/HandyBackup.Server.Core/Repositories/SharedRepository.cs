using HandyBackup.Catalog;
using HandyBackup.Contracts;
using HandyBackup.Repository;
using Microsoft.Extensions.Logging;

namespace HandyBackup.Server.Core;

/// <summary>
/// One repository, opened and its index loaded at most once for all who use it. It closes when it was discarded and the last user has left.
/// Safe to share between threads.
/// </summary>
internal sealed class SharedRepository(RepositoryRecord record, Func<RepositoryRecord, CancellationToken, Task<OpenRepository>> open, TimeProvider time, ILogger logger)
{
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _opening = new(1, 1);
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private OpenRepository? _repository;
    private IndexedRepository? _indexed;
    private int _users;
    private bool _isDiscarded;
    private long _lastUsed = time.GetTimestamp();

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
            await _opening.WaitAsync(cancellationToken);
            try
            {
                _repository ??= await open(record, cancellationToken);
                return new RepositoryLease<OpenRepository>(_repository, Leave);
            }
            finally
            {
                _opening.Release();
            }
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
            await _opening.WaitAsync(cancellationToken);
            try
            {
                _repository ??= await open(record, cancellationToken);
                if (_indexed is null)
                {
                    _indexed = await _repository.LoadIndexAsync(cancellationToken);
                }
                else
                {
                    await _indexed.RefreshAsync(cancellationToken);
                }

                return new RepositoryLease<IndexedRepository>(_indexed, Leave);
            }
            finally
            {
                _opening.Release();
            }
        }
        catch
        {
            Leave();
            throw;
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

            if (_repository is not null)
            {
                await _repository.DisposeAsync();
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
