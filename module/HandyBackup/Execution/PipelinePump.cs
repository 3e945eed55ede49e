using System.Diagnostics;
using System.Management.Automation;

namespace HandyBackup.Module.Execution;

/// <summary>
/// Runs an asynchronous body on the pipeline thread: after each await it goes on there, where alone a cmdlet may write. So output
/// keeps its order, and a slow consumer slows the producer down.
/// </summary>
internal sealed class PipelinePump : SynchronizationContext
{
    // How long a stopped body may take to unwind before the user gets the prompt back regardless.
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(3);

    private readonly object _gate = new();
    private readonly Queue<KeyValuePair<SendOrPostCallback, object?>> _work = new();
    private bool _closed;

    private PipelinePump()
    {
    }

    /// <summary>Runs a body to its end.</summary>
    /// <param name="body">The body.</param>
    /// <param name="stopping">Is cancelled when the user stops the pipeline; the body must hear of it by itself.</param>
    /// <exception cref="PipelineStoppedException">The body did not end within the grace time after a stop.</exception>
    public static void Run(Func<Task> body, CancellationToken stopping)
    {
        SynchronizationContext? previous = Current;
        var pump = new PipelinePump();
        SetSynchronizationContext(pump);
        try
        {
            Task task = body();
            if (!task.IsCompleted)
            {
                task.ContinueWith(_ => pump.Wake(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
                using (stopping.Register(pump.Wake))
                {
                    pump.PumpUntil(task, stopping);
                }
            }

            pump.Close();
            if (!task.IsCompleted)
            {
                throw new PipelineStoppedException();
            }

            task.GetAwaiter().GetResult();
        }
        finally
        {
            SetSynchronizationContext(previous);
        }
    }

    /// <inheritdoc/>
    public override void Post(SendOrPostCallback d, object? state)
    {
        lock (_gate)
        {
            if (!_closed)
            {
                _work.Enqueue(new KeyValuePair<SendOrPostCallback, object?>(d, state));
                Monitor.Pulse(_gate);
                return;
            }
        }

        // The cmdlet has gone on; what is left of the body unwinds without the pipeline.
        ThreadPool.QueueUserWorkItem(_ => d(state));
    }

    /// <inheritdoc/>
    public override void Send(SendOrPostCallback d, object? state) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override SynchronizationContext CreateCopy() => this;

    private void PumpUntil(Task task, CancellationToken stopping)
    {
        Stopwatch? sinceStop = null;
        while (true)
        {
            KeyValuePair<SendOrPostCallback, object?> next;
            lock (_gate)
            {
                while (_work.Count == 0)
                {
                    sinceStop ??= stopping.IsCancellationRequested ? Stopwatch.StartNew() : null;
                    if (task.IsCompleted || sinceStop?.Elapsed > s_grace)
                    {
                        return;
                    }

                    Monitor.Wait(_gate, sinceStop is null ? Timeout.InfiniteTimeSpan : s_grace);
                }

                next = _work.Dequeue();
            }

            next.Key(next.Value);
        }
    }

    private void Wake()
    {
        lock (_gate)
        {
            Monitor.PulseAll(_gate);
        }
    }

    private void Close()
    {
        lock (_gate)
        {
            _closed = true;
            foreach (KeyValuePair<SendOrPostCallback, object?> left in _work)
            {
                ThreadPool.QueueUserWorkItem(_ => left.Key(left.Value));
            }

            _work.Clear();
        }
    }
}
