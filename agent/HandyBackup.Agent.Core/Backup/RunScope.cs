using System.Runtime.ExceptionServices;

namespace HandyBackup.Agent.Core.Backup;

/// <summary>
/// All work of one run: the first error stops everything, and the run is over only when all that was started has ended and given its
/// memory back. Safe for several threads.
/// </summary>
internal sealed class RunScope : IDisposable
{
    private readonly CancellationToken _stop;
    private readonly CancellationTokenSource _cancellation;
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ExceptionDispatchInfo? _failure;

    // The run itself counts as one until it drains.
    private int _running = 1;

    /// <param name="stop">Stops the run from outside.</param>
    public RunScope(CancellationToken stop)
    {
        _stop = stop;
        _cancellation = CancellationTokenSource.CreateLinkedTokenSource(stop);
    }

    /// <summary>Cancelled by the caller, or by the first failure.</summary>
    public CancellationToken Token => _cancellation.Token;

    /// <summary>Runs work on the thread pool.</summary>
    public Task<T> Start<T>(Func<Task<T>> work)
    {
        Interlocked.Increment(ref _running);
        return TrackAsync(Task.Run(work, CancellationToken.None));
    }

    /// <summary>Runs work on the caller's thread as far as it goes without waiting.</summary>
    public Task<T> StartHere<T>(Func<Task<T>> work)
    {
        Interlocked.Increment(ref _running);
        return TrackAsync(work());
    }

    /// <summary>Notes an error and stops everything. Later ones are consequences of the first and are forgotten.</summary>
    public void Fail(Exception exception)
    {
        if (Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(exception), null) is null)
        {
            _cancellation.Cancel();
        }
    }

    /// <summary>Waits until nothing runs any more, then throws the first error if there was one.</summary>
    public async Task CompleteAsync()
    {
        Leave();
        await _drained.Task;
        if (_failure?.SourceException is OperationCanceledException)
        {
            // With the token that the caller knows.
            _stop.ThrowIfCancellationRequested();
        }

        _failure?.Throw();
    }

    public void Dispose() => _cancellation.Dispose();

    private async Task<T> TrackAsync<T>(Task<T> work)
    {
        try
        {
            return await work;
        }
        catch (Exception exception)
        {
            Fail(exception);
            throw;
        }
        finally
        {
            Leave();
        }
    }

    private void Leave()
    {
        if (Interlocked.Decrement(ref _running) == 0)
        {
            _drained.SetResult();
        }
    }
}
