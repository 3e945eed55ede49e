namespace HandyBackup.Agent.Core.Connection;

/// <summary>Says that the network may be another than before: the machine woke up, or has another address. Safe for several threads.</summary>
public sealed class ReconnectSignal
{
    private volatile TaskCompletionSource _raised = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends the next time that <see cref="Raise"/> is called.</summary>
    public Task Raised => _raised.Task;

    /// <summary>Wakes whoever waits.</summary>
    public void Raise() => Interlocked.Exchange(ref _raised, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
}
