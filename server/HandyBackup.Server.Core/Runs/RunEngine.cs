using HandyBackup.Catalog;
using HandyBackup.Contracts;
using Microsoft.Extensions.Logging;

namespace HandyBackup.Server.Core;

/// <summary>
/// Executes runs: admits them, queues them within the limits, saves each change of state before it is shown, and stops them.
/// Safe to share between threads.
/// </summary>
internal sealed class RunEngine(ICatalog catalog, RunLimits limits, TimeSpan stopLimit, IdleWatch idle, TimeProvider time, ILogger logger) : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Guid, ActiveRun> _active = [];
    private readonly List<ActiveRun> _queue = [];
    private readonly List<ActiveRun> _working = [];
    private readonly HashSet<string> _reserved = [];
    private bool _isStopping;

    /// <summary>How many runs have not ended.</summary>
    public int ActiveRuns
    {
        get
        {
            lock (_lock)
            {
                return _active.Count;
            }
        }
    }

    /// <summary>The run of this id if it has not ended, or null.</summary>
    public ActiveRun? Find(Guid id)
    {
        lock (_lock)
        {
            return _active.GetValueOrDefault(id);
        }
    }

    /// <summary>Accepts a run. It goes on when the caller leaves.</summary>
    /// <returns>The run as it begins.</returns>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.TaskBusy"/> if a run of its task is under way,
    /// <see cref="ErrorCode.RepositoryInUse"/> while its repository is being changed.</exception>
    public async Task<Run> StartAsync(RunOrder order, CancellationToken cancellationToken)
    {
        ActiveRun run = Admit(order);
        Run created = run.Current;
        try
        {
            await catalog.Runs.AddAsync(new RunRecord(created, order.Task?.Id, order.Repository.Id), cancellationToken);
        }
        catch
        {
            Forget(run);
            await run.CompleteLogAsync();
            run.Publish(run.Finished(RunState.Cancelled, null, null));
            throw;
        }

        lock (_lock)
        {
            _queue.Add(run);
        }

        StartQueued();
        return created;
    }

    /// <summary>Asks a run to stop and returns its final state.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.RunNotActive"/> or <see cref="ErrorCode.RunNotFound"/>.</exception>
    public async Task<Run> StopAsync(Guid id, CancellationToken cancellationToken)
    {
        ActiveRun? run = Find(id);
        if (run is null)
        {
            throw await catalog.Runs.FindAsync(id, cancellationToken) is { } ended
                ? new HandyBackupException(ErrorCode.RunNotActive, $"The run {id} has ended already: {ended.State}.") { Target = id.ToString() }
                : RunNotFound(id);
        }

        Stop(run, requested: true);
        return await run.Ended.WaitAsync(cancellationToken);
    }

    /// <summary>The exception for an id that no run has.</summary>
    public static HandyBackupException RunNotFound(Guid id) => new(ErrorCode.RunNotFound, $"No run {id} is known.") { Target = id.ToString() };

    /// <summary>What the catalog said of a run, brought up to date if the run has not ended.</summary>
    public async Task<Run> RefreshAsync(Run saved, CancellationToken cancellationToken)
    {
        if (saved.Ended is not null)
        {
            return saved;
        }

        // Between the reading and now it may have ended: the catalog knows, because the end is saved before the run is forgotten.
        return Find(saved.Id)?.Current ?? await catalog.Runs.FindAsync(saved.Id, cancellationToken) ?? saved;
    }

    /// <summary>Says whether a task has a run that has not ended.</summary>
    public bool IsBusy(Guid taskId)
    {
        lock (_lock)
        {
            return _active.Values.Any(run => run.Order.Task?.Id == taskId);
        }
    }

    /// <summary>Keeps runs off a repository while it is changed.</summary>
    /// <returns>Ends the reservation.</returns>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.RepositoryInUse"/> if runs work on it, or it is being changed already.</exception>
    public IDisposable Reserve(RepositoryRecord repository)
    {
        lock (_lock)
        {
            ActiveRun? active = _active.Values.FirstOrDefault(run => run.Order.Repository.Id == repository.Id);
            if (active is not null)
            {
                throw new HandyBackupException(ErrorCode.RepositoryInUse, $"The repository '{repository.Name}' is being used by the run {active.Id} of '{active.Order.Subject}'.")
                {
                    Target = repository.Name,
                    Advice = "Wait until the run has ended, or stop it.",
                    IsTransient = true,
                };
            }

            return _reserved.Add(repository.Id) ? new Reservation(this, repository.Id) : throw BeingChanged(repository);
        }
    }

    /// <summary>Stops all runs and waits for them within the limit. Those that did not end are found as interrupted at the next start.</summary>
    public async ValueTask DisposeAsync()
    {
        List<ActiveRun> active;
        lock (_lock)
        {
            _isStopping = true;
            active = [.. _active.Values];
        }

        foreach (ActiveRun run in active)
        {
            Stop(run, requested: false);
        }

        try
        {
            await Task.WhenAll(active.Select(run => run.Ended)).WaitAsync(stopLimit, time);
        }
        catch (TimeoutException)
        {
            ServerLog.RunsDidNotStop(logger, ActiveRuns, stopLimit);
        }
    }

    private static HandyBackupException BeingChanged(RepositoryRecord repository) =>
        new(ErrorCode.RepositoryInUse, $"The repository '{repository.Name}' is being changed.") { Target = repository.Name, IsTransient = true };

    private ActiveRun Admit(RunOrder order)
    {
        lock (_lock)
        {
            if (_isStopping)
            {
                throw new HandyBackupException(ErrorCode.ServerNotRunning, "The server is stopping.") { Target = order.Subject, IsTransient = true };
            }

            if (_reserved.Contains(order.Repository.Id))
            {
                throw BeingChanged(order.Repository);
            }

            if (order.Task is { } task && _active.Values.FirstOrDefault(run => run.Order.Task?.Id == task.Id) is { } busy)
            {
                throw new HandyBackupException(ErrorCode.TaskBusy, $"The task '{task.Definition.Name}' is being run already, by the run {busy.Id}.")
                {
                    Target = task.Definition.Name,
                    Advice = "Wait until the run has ended, or stop it.",
                    IsTransient = true,
                };
            }

            var run = new Run
            {
                Id = Guid.CreateVersion7(time.GetUtcNow()),
                Kind = order.Kind,
                State = RunState.Queued,
                Task = order.Task?.Definition.Name,
                Agent = order.Agent,
                Repository = order.Repository.Name,
                Created = time.GetUtcNow(),
                SnapshotId = order.SnapshotId,
            };
            var active = new ActiveRun(order, run, new RunLogWriter(catalog.RunLog, run.Id, time), time);
            _active.Add(run.Id, active);
            idle.WorkBegan();
            return active;
        }
    }

    // What is optimized is changed under a check's eyes; a second one of either would do the same work twice, and each records what it read. All else goes on beside them.
    private static bool ExcludeEachOther(RunOrder one, RunOrder other) =>
        one.Repository.Id == other.Repository.Id && one.Kind is RunKind.Optimize or RunKind.Check && other.Kind is RunKind.Optimize or RunKind.Check;

    private void Forget(ActiveRun run)
    {
        lock (_lock)
        {
            _active.Remove(run.Id);
            _working.Remove(run);
        }

        idle.WorkEnded();
    }

    private void Stop(ActiveRun run, bool requested)
    {
        run.Stop(requested);
        bool wasQueued;
        lock (_lock)
        {
            wasQueued = _queue.Remove(run);
        }

        if (wasQueued)
        {
            _ = Task.Run(() => EndAsync(run, StoppedState(run), null, StopError(run)), CancellationToken.None);
        }
    }

    private void StartQueued()
    {
        lock (_lock)
        {
            for (int i = 0; i < _queue.Count && _working.Count < limits.Total;)
            {
                ActiveRun run = _queue[i];
                if (_working.Count(other => other.Order.Repository.Id == run.Order.Repository.Id) >= limits.PerRepository || _working.Exists(other => ExcludeEachOther(other.Order, run.Order)))
                {
                    i++;
                    continue;
                }

                _queue.RemoveAt(i);
                _working.Add(run);
                _ = Task.Run(() => ExecuteAsync(run), CancellationToken.None);
            }
        }
    }

    // The edge of a run: whatever happens inside becomes its final state.
    private async Task ExecuteAsync(ActiveRun run)
    {
        ServerLog.RunBegan(logger, run.Id, run.Order.Kind, run.Order.Subject);
        try
        {
            Run begun = run.Begun();
            await catalog.Runs.UpdateAsync(begun, run.Stopping);
            run.Publish(begun);
            RunResult result = await run.Order.Work(run, run.Stopping);
            await EndAsync(run, RunState.Completed, result, null);
        }
        catch (OperationCanceledException) when (run.Stopping.IsCancellationRequested)
        {
            await EndAsync(run, StoppedState(run), null, StopError(run));
        }
        catch (Exception exception)
        {
            ServerLog.RunFailed(logger, run.Id, exception);
            await EndAsync(run, RunState.Failed, null, ErrorTranslation.Describe(exception));
        }
    }

    private async Task EndAsync(ActiveRun run, RunState state, RunResult? result, ErrorInfo? error)
    {
        Run ended = run.Finished(state, result, error);
        try
        {
            await SaveLogAsync(run, error);
            await catalog.Runs.UpdateAsync(ended, CancellationToken.None);
        }
        catch (Exception exception)
        {
            // Nothing more can be done for the catalog; who waits for the run must still learn how it went.
            ServerLog.RunNotSaved(logger, run.Id, exception);
        }

        ServerLog.RunEnded(logger, run.Id, run.Order.Subject, ended.State, ended.Progress.Items, ended.Warnings);
        Forget(run);
        run.Publish(ended);
        StartQueued();
    }

    private async Task SaveLogAsync(ActiveRun run, ErrorInfo? error)
    {
        try
        {
            if (error is not null)
            {
                await run.LogAsync(RunLogLevel.Error, error.Code, error.Message, CancellationToken.None);
            }

            await run.CompleteLogAsync();
        }
        catch (HandyBackupException exception)
        {
            // The final state matters more than the last lines.
            ServerLog.RunNotSaved(logger, run.Id, exception);
        }
    }

    private static RunState StoppedState(ActiveRun run) => run.IsStopRequested ? RunState.Cancelled : RunState.Interrupted;

    private static ErrorInfo? StopError(ActiveRun run) => run.IsStopRequested ? null : Interruption(run.Order.Subject);

    /// <summary>Why a run has no end of its own.</summary>
    public static ErrorInfo Interruption(string? subject) => new()
    {
        Code = ErrorCode.RunInterrupted,
        Message = "The server ended while the run was under way.",
        Target = subject,
        Advice = "Start it again: what was already stored is used.",
    };

    private sealed class Reservation(RunEngine engine, string repositoryId) : IDisposable
    {
        public void Dispose()
        {
            lock (engine._lock)
            {
                engine._reserved.Remove(repositoryId);
            }
        }
    }
}
