using System.Threading.Channels;
using HandyBackup.Contracts;
using HandyBackup.Sources;

namespace HandyBackup.Agent.Core.Sources;

/// <summary>
/// Passes what a session reports while it lists on to a run's observer. The session reports synchronously and the observer may have to wait for a
/// connection, so a bounded queue lies between the two.
/// </summary>
internal sealed class SessionIssues
{
    private const int QueueLength = 1024;

    private readonly Channel<SourceIssue> _queue = Channel.CreateBounded<SourceIssue>(new BoundedChannelOptions(QueueLength) { SingleReader = true });
    private readonly Task _pump;

    public SessionIssues(IRunObserver observer, CancellationToken cancellationToken) => _pump = PumpAsync(observer, cancellationToken);

    /// <summary>Takes an issue. Blocks the listing thread only if the observer is more than a thousand issues behind.</summary>
    public void Report(SourceIssue issue)
    {
        if (!_queue.Writer.TryWrite(issue))
        {
            // Not cancelled: the pump drains the queue whatever happens.
            _queue.Writer.WriteAsync(issue, CancellationToken.None).AsTask().GetAwaiter().GetResult();
        }
    }

    /// <summary>Waits until all issues have been passed on. To be called when the session reports nothing any more.</summary>
    /// <exception cref="OperationCanceledException">The run was stopped.</exception>
    public Task CompleteAsync()
    {
        _queue.Writer.Complete();
        return _pump;
    }

    private async Task PumpAsync(IRunObserver observer, CancellationToken cancellationToken)
    {
        // After a failure the rest is dropped, so that nobody waits for room; the failure comes out at the end.
        Task failure = Task.CompletedTask;
        await foreach (SourceIssue issue in _queue.Reader.ReadAllAsync(CancellationToken.None))
        {
            if (failure.IsCompletedSuccessfully)
            {
                failure = observer.IssueAsync(ToItemIssue(issue), cancellationToken).AsTask();
                await failure.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        await failure;
    }

    private static ItemIssue ToItemIssue(SourceIssue issue) =>
        new() { Code = SourceErrors.ToCode(issue.Error), Path = ItemName.ToText(issue.Path.Span), Reason = issue.Reason };
}
