using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using HandyBackup.Catalog;
using HandyBackup.Contracts;

namespace HandyBackup.Server.Core;

/// <summary>A run that has not ended: its state now, its watchers, its log. Safe to share between threads.</summary>
[SuppressMessage("Design", "CA1001", Justification = "A stop may come late, and a cancellation source without timer holds nothing but memory.")]
internal sealed class ActiveRun : IRunObserver, IProgress<RunProgress>
{
    private static readonly TimeSpan s_watchInterval = TimeSpan.FromMilliseconds(250);

    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly RunLogWriter _log;
    private readonly ProgressMeter _meter;
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource<Run> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource? _changed;
    private Run _run;
    private RunProgress _progress = new();
    private long _addedBytes;
    private long _warnings;

    /// <summary>Makes a queued run.</summary>
    public ActiveRun(RunOrder order, Run run, RunLogWriter log, TimeProvider time)
    {
        Order = order;
        AgentKey = order.Agent is { } agent ? NameKey.Of(agent) : null;
        _run = run;
        _log = log;
        _time = time;
        _meter = new ProgressMeter(time);
    }

    /// <summary>What is to be done.</summary>
    public RunOrder Order { get; }

    /// <summary>The run's id.</summary>
    public Guid Id => _run.Id;

    /// <summary>What the run's agent is counted by; null if it has none.</summary>
    public string? AgentKey { get; }

    /// <summary>Says what the run waits for while it is queued. Set it before the run is shown to anybody.</summary>
    public Func<RunWait?> Waits { get; set; } = static () => null;

    /// <summary>Ends with the final state, after it was saved; never fails.</summary>
    public Task<Run> Ended => _ended.Task;

    /// <summary>Is cancelled when the run shall stop.</summary>
    public CancellationToken Stopping => _stop.Token;

    /// <summary>What an optimization did, also if what came after it failed; null for all else. Set it before the work ends.</summary>
    public RepositoryOptimization? Optimization { get; set; }

    /// <summary>True if somebody asked for the stop; false if the server ends.</summary>
    public bool IsStopRequested { get; private set; }

    /// <summary>The state with all counters, as of now.</summary>
    public Run Current
    {
        get
        {
            // Asked outside the lock: who answers has one of its own.
            RunWait? waits = Waits();
            lock (_lock)
            {
                return _run.State switch
                {
                    RunState.Running => WithCounters(_run) with { BytesPerSecond = _meter.BytesPerSecond, Remaining = _meter.Remaining(_progress) },
                    RunState.Queued => _run with { WaitsFor = waits, NotBefore = waits == RunWait.StartWindow ? _run.NotBefore : null },
                    _ => _run,
                };
            }
        }
    }

    /// <inheritdoc/>
    public void Progress(RunProgress progress)
    {
        lock (_lock)
        {
            // Reports from several threads may overtake each other, and counters only grow.
            if (progress.Items < _progress.Items || progress.Bytes < _progress.Bytes)
            {
                return;
            }

            _progress = progress;
            _meter.Observe(progress);
        }

        SignalChange();
    }

    /// <inheritdoc/>
    public void Report(RunProgress value) => Progress(value);

    /// <inheritdoc/>
    public ValueTask IssueAsync(ItemIssue issue, CancellationToken cancellationToken) => issue.Code == ErrorCode.ItemLeftOut
        ? NoteAsync(issue.Code, issue.Path, issue.Reason, cancellationToken)
        : WarnAsync(RunLogLevel.Warning, issue.Code, issue.Path, issue.Reason, cancellationToken);

    /// <summary>Adds a line to the log and counts it as something that needs a look.</summary>
    public ValueTask WarnAsync(RunLogLevel level, ErrorCode code, string path, string message, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _warnings);
        SignalChange();
        return _log.WriteAsync(level, code, path, message, cancellationToken);
    }

    /// <summary>Adds a line about one thing to the log that needs no look.</summary>
    public ValueTask NoteAsync(ErrorCode code, string path, string message, CancellationToken cancellationToken) =>
        _log.WriteAsync(RunLogLevel.Information, code, path, message, cancellationToken);

    /// <summary>Adds a line about the run itself to the log.</summary>
    public ValueTask LogAsync(RunLogLevel level, ErrorCode? code, string message, CancellationToken cancellationToken) =>
        _log.WriteAsync(level, code, null, message, cancellationToken);

    /// <summary>Counts bytes that the repository grew by.</summary>
    public void CountAdded(long bytes) => Interlocked.Add(ref _addedBytes, bytes);

    /// <summary>Asks the run to stop.</summary>
    /// <param name="requested">True if somebody wants this run to stop; false if the server ends.</param>
    public void Stop(bool requested)
    {
        IsStopRequested |= requested;
        _stop.Cancel();
    }

    /// <summary>The state that the run has once it works; not yet published.</summary>
    public Run Begun() => _run with { State = RunState.Running, NotBefore = null, Started = _time.GetUtcNow() };

    /// <summary>The final state; not yet published.</summary>
    /// <param name="state">How it ended.</param>
    /// <param name="result">What it left; null unless it did its work.</param>
    /// <param name="error">Why it failed; null unless it did.</param>
    public Run Finished(RunState state, RunResult? result, ErrorInfo? error)
    {
        lock (_lock)
        {
            if (result is not null)
            {
                _progress = result.Totals;
            }

            Run run = WithCounters(_run);
            // The clock may have been set back meanwhile, and nothing lasts less than no time.
            DateTimeOffset now = _time.GetUtcNow();
            DateTimeOffset began = run.Started ?? run.Created;
            DateTimeOffset ended = now > began ? now : began;
            double seconds = run.Started is { } started ? (ended - started).TotalSeconds : 0;
            bool warned = state == RunState.Completed && run.Warnings > 0;
            return run with
            {
                State = warned ? RunState.CompletedWithWarnings : state,
                NotBefore = null,
                Ended = ended,
                Progress = run.Progress with { CurrentItem = null },
                BytesPerSecond = seconds > 0 ? run.Progress.Bytes / seconds : 0,
                Skipped = result?.Skipped ?? 0,
                SnapshotId = result?.SnapshotId ?? run.SnapshotId,
                Optimization = Optimization,
                Error = error,
            };
        }
    }

    /// <summary>Shows a state that was saved.</summary>
    public void Publish(Run run)
    {
        lock (_lock)
        {
            _run = run;
        }

        SignalChange();
        if (run.Ended is not null)
        {
            _ended.TrySetResult(run);
        }
    }

    /// <summary>Waits until all lines of the log are saved.</summary>
    public Task CompleteLogAsync() => _log.CompleteAsync();

    /// <summary>The state now, then each change, at most four a second, and the final state last.</summary>
    public async IAsyncEnumerable<Run> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed = NextChange();
            Run run = Current;
            yield return run;
            if (run.Ended is not null)
            {
                yield break;
            }

            await Task.WhenAny(Ended, Task.Delay(s_watchInterval, _time, cancellationToken));
            await Task.WhenAny(Ended, changed).WaitAsync(cancellationToken);
        }
    }

    private Run WithCounters(Run run) => run with
    {
        Progress = _progress with { AddedBytes = Interlocked.Read(ref _addedBytes) },
        Warnings = Interlocked.Read(ref _warnings),
    };

    private Task NextChange()
    {
        lock (_lock)
        {
            _changed ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _changed.Task;
        }
    }

    private void SignalChange()
    {
        TaskCompletionSource? changed;
        lock (_lock)
        {
            changed = _changed;
            _changed = null;
        }

        changed?.TrySetResult();
    }
}
