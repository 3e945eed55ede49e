using HandyBackup.Catalog;
using HandyBackup.Contracts;
using Microsoft.Extensions.Logging;

namespace HandyBackup.Server.Core;

/// <summary>
/// Executes runs: admits them, queues them within the limits, saves each change of state before it is shown, and stops them.
/// Safe to share between threads.
/// </summary>
internal sealed class RunEngine : IAsyncDisposable
{
    private readonly ICatalog _catalog;
    private readonly TimeSpan _stopLimit;
    private readonly IdleWatch _idle;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private readonly Dictionary<Guid, ActiveRun> _active = [];
    private readonly Dictionary<(Guid Task, string? Agent), ActiveRun> _ofTasks = [];
    private readonly RunQueue _queue;
    private readonly DelayedRuns _delayed;
    private readonly HashSet<string> _reserved = [];
    private bool _isStopping;

    public RunEngine(ICatalog catalog, RunLimits limits, TimeSpan stopLimit, IdleWatch idle, TimeProvider time, ILogger logger)
    {
        _catalog = catalog;
        _stopLimit = stopLimit;
        _idle = idle;
        _time = time;
        _logger = logger;
        _queue = new RunQueue(limits);
        _delayed = new DelayedRuns(time, StartQueued);
    }

    /// <summary>How many runs work at once. Runs that work already are not disturbed by others.</summary>
    public RunLimits Limits
    {
        get
        {
            lock (_lock)
            {
                return _queue.Limits;
            }
        }

        set
        {
            lock (_lock)
            {
                _queue.Limits = value;
            }

            StartQueued();
        }
    }

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
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.TaskBusy"/> if a run of its task for its agent is under way,
    /// <see cref="ErrorCode.RepositoryInUse"/> while its repository is being changed.</exception>
    public async Task<Run> StartAsync(RunOrder order, CancellationToken cancellationToken) => (await QueueAsync([Admit(order)], cancellationToken))[0];

    /// <summary>Accepts several runs at once, all or none but for those that are busy.</summary>
    /// <param name="orders">What is to be done.</param>
    /// <param name="onBusy">Is told of each order whose task has a run for its agent under way: it is left out.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>The runs as they begin, in the order of their orders.</returns>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.RepositoryInUse"/> while a repository is being changed.</exception>
    public async Task<IReadOnlyList<Run>> StartAsync(IReadOnlyList<RunOrder> orders, Action<RunOrder, HandyBackupException> onBusy, CancellationToken cancellationToken)
    {
        var runs = new List<ActiveRun>(orders.Count);
        try
        {
            foreach (RunOrder order in orders)
            {
                try
                {
                    runs.Add(Admit(order));
                }
                catch (HandyBackupException busy) when (busy.Code == ErrorCode.TaskBusy)
                {
                    onBusy(order, busy);
                }
            }
        }
        catch
        {
            await DropAsync(runs);
            throw;
        }

        return await QueueAsync(runs, cancellationToken);
    }

    /// <summary>Asks a run to stop and returns its final state.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.RunNotActive"/> or <see cref="ErrorCode.RunNotFound"/>.</exception>
    public async Task<Run> StopAsync(Guid id, CancellationToken cancellationToken)
    {
        ActiveRun? run = Find(id);
        if (run is null)
        {
            throw await _catalog.Runs.FindAsync(id, cancellationToken) is { } ended
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
        return Find(saved.Id)?.Current ?? await _catalog.Runs.FindAsync(saved.Id, cancellationToken) ?? saved;
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
            await Task.WhenAll(active.Select(run => run.Ended)).WaitAsync(_stopLimit, _time);
        }
        catch (TimeoutException)
        {
            ServerLog.RunsDidNotStop(_logger, ActiveRuns, _stopLimit);
        }

        _delayed.Dispose();
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

            string? agent = order.Agent is { } name ? NameKey.Of(name) : null;
            if (order.Task is { } task && _ofTasks.GetValueOrDefault((task.Id, agent)) is { } busy)
            {
                throw new HandyBackupException(ErrorCode.TaskBusy, $"The task '{task.Definition.Name}' is being run already for the agent '{order.Agent}', by the run {busy.Id}.")
                {
                    Target = task.Definition.Name,
                    Advice = "Wait until the run has ended, or stop it.",
                    IsTransient = true,
                };
            }

            DateTimeOffset now = _time.GetUtcNow();
            var run = new Run
            {
                Id = Guid.CreateVersion7(now),
                Kind = order.Kind,
                State = RunState.Queued,
                Task = order.Task?.Definition.Name,
                Agent = order.Agent,
                Repository = order.Repository.Name,
                Created = now,
                NotBefore = order.Delay > TimeSpan.Zero ? now + order.Delay : null,
                SnapshotId = order.SnapshotId,
            };
            var active = new ActiveRun(order, run, new RunLogWriter(_catalog.RunLog, run.Id, _time), _time);
            active.Waits = () => WaitOf(active);
            _active.Add(run.Id, active);
            if (order.Task is not null)
            {
                _ofTasks.Add((order.Task.Id, active.AgentKey), active);
            }

            _idle.WorkBegan();
            return active;
        }
    }

    // Saves runs that were admitted, and lets them wait for their turn.
    private async Task<IReadOnlyList<Run>> QueueAsync(List<ActiveRun> runs, CancellationToken cancellationToken)
    {
        try
        {
            await _catalog.Runs.AddAsync([.. runs.Select(run => new RunRecord(run.Current, run.Order.Task?.Id, run.Order.Repository.Id))], cancellationToken);
        }
        catch
        {
            await DropAsync(runs);
            throw;
        }

        var queued = new List<Run>(runs.Count);
        lock (_lock)
        {
            foreach (ActiveRun run in runs)
            {
                Enqueue(run);
                queued.Add(run.Current);
            }
        }

        StartQueued();
        return queued;
    }

    private void Enqueue(ActiveRun run)
    {
        if (run.Order.Delay > TimeSpan.Zero)
        {
            _delayed.Add(run);
        }
        else
        {
            _queue.Add(run);
        }
    }

    // They were never saved, so nobody but those who wait for them learns of them.
    private async Task DropAsync(List<ActiveRun> runs)
    {
        foreach (ActiveRun run in runs)
        {
            Forget(run);
            await run.CompleteLogAsync();
            run.Publish(run.Finished(RunState.Cancelled, null, null));
        }
    }

    private RunWait? WaitOf(ActiveRun run)
    {
        lock (_lock)
        {
            return _delayed.Contains(run) ? RunWait.StartWindow : _queue.ReasonOf(run);
        }
    }

    private void Forget(ActiveRun run)
    {
        lock (_lock)
        {
            _active.Remove(run.Id);
            if (run.Order.Task is { } task)
            {
                _ofTasks.Remove((task.Id, run.AgentKey));
            }

            _queue.End(run);
        }

        _idle.WorkEnded();
    }

    private void Stop(ActiveRun run, bool requested)
    {
        run.Stop(requested);
        bool wasQueued;
        lock (_lock)
        {
            wasQueued = _queue.Remove(run) || _delayed.Remove(run);
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
            while (_delayed.TakeDue() is { } due)
            {
                _queue.Add(due);
            }

            while (_queue.TakeNext() is { } run)
            {
                _ = Task.Run(() => ExecuteAsync(run), CancellationToken.None);
            }
        }
    }

    // The edge of a run: whatever happens inside becomes its final state.
    private async Task ExecuteAsync(ActiveRun run)
    {
        ServerLog.RunBegan(_logger, run.Id, run.Order.Kind, run.Order.Subject);
        try
        {
            if (run.Order.Precondition is { } precondition)
            {
                await precondition(run.Stopping);
            }

            Run begun = run.Begun();
            await _catalog.Runs.UpdateAsync(begun, run.Stopping);
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
            ServerLog.RunFailed(_logger, run.Id, exception);
            await EndAsync(run, RunState.Failed, null, ErrorTranslation.Describe(exception));
        }
    }

    private async Task EndAsync(ActiveRun run, RunState state, RunResult? result, ErrorInfo? error)
    {
        Run ended = run.Finished(state, result, error);
        try
        {
            await SaveLogAsync(run, error);
            await _catalog.Runs.UpdateAsync(ended, CancellationToken.None);
        }
        catch (Exception exception)
        {
            // Nothing more can be done for the catalog; who waits for the run must still learn how it went.
            ServerLog.RunNotSaved(_logger, run.Id, exception);
        }

        ServerLog.RunEnded(_logger, run.Id, run.Order.Subject, ended.State, ended.Progress.Items, ended.Warnings);
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
            ServerLog.RunNotSaved(_logger, run.Id, exception);
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
