using System.Collections.Concurrent;
using HandyBackup.Rpc;

namespace HandyBackup.Testing;

/// <summary>A guard that knows its caller from the start, lets everything through, and notes it.</summary>
public sealed class AdmittingGuard : IPanelGuard
{
    /// <summary>Every call that was judged.</summary>
    public ConcurrentQueue<PanelCall> Calls { get; } = new();

    public Task Admitted => Task.CompletedTask;

    public CancellationToken Ended => CancellationToken.None;

    public Task<T> CarryOutAsync<T>(PanelCall call, Func<CancellationToken, Task<T>> carryOut, CancellationToken cancellationToken)
    {
        Calls.Enqueue(call);
        return carryOut(cancellationToken);
    }

    public IAsyncEnumerable<T> OpenAsync<T>(PanelCall call, Func<CancellationToken, IAsyncEnumerable<T>> open, CancellationToken cancellationToken)
    {
        Calls.Enqueue(call);
        return open(cancellationToken);
    }

    public void Dispose()
    {
    }
}
