using System.Collections.Concurrent;
using HandyBackup.Contracts;

namespace HandyBackup.Testing;

/// <summary>Keeps what a run tells.</summary>
public sealed class RecordingObserver : IRunObserver
{
    private readonly ConcurrentQueue<RunProgress> _progress = new();
    private readonly ConcurrentQueue<ItemIssue> _issues = new();

    /// <summary>Called with each report of progress.</summary>
    public Action<RunProgress>? OnProgress { get; set; }

    /// <summary>The reports so far, in the order they came.</summary>
    public IReadOnlyCollection<RunProgress> Reports => _progress;

    /// <summary>The issues so far.</summary>
    public IReadOnlyCollection<ItemIssue> Issues => _issues;

    /// <inheritdoc/>
    public void Progress(RunProgress progress)
    {
        _progress.Enqueue(progress);
        OnProgress?.Invoke(progress);
    }

    /// <inheritdoc/>
    public ValueTask IssueAsync(ItemIssue issue, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _issues.Enqueue(issue);
        return ValueTask.CompletedTask;
    }
}
