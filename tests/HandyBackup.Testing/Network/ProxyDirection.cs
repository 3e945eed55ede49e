namespace HandyBackup.Testing;

/// <summary>What a <see cref="TcpFaultProxy"/> does to bytes that go one way. Changes hold for what passes after them.</summary>
public sealed class ProxyDirection
{
    private const long Never = long.MaxValue;

    private long _passed;
    private long _cutAt = Never;
    private volatile TaskCompletionSource? _stalled;

    /// <summary>How long each byte is under way. What follows is not held up by it.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>How many bytes pass in a second on each connection; null for as many as can.</summary>
    public long? BytesPerSecond { get; set; }

    /// <summary>How many bytes have passed on all connections.</summary>
    public long Passed => Interlocked.Read(ref _passed);

    /// <summary>True once the cut that was asked for has been made.</summary>
    public bool WasCut { get; private set; }

    /// <summary>Lets so many bytes pass from now on, then cuts the connection that carries the next one. Others that come after it pass.</summary>
    public void CutAfter(long bytes)
    {
        WasCut = false;
        Interlocked.Exchange(ref _cutAt, Passed + bytes);
    }

    /// <summary>From now on nothing passes, and nobody is told.</summary>
    public void Stall() => _stalled ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Lets bytes pass again.</summary>
    public void Resume() => Interlocked.Exchange(ref _stalled, null)?.SetResult();

    /// <summary>Waits as long as nothing passes.</summary>
    internal Task WaitWhileStalledAsync(CancellationToken cancellationToken) => _stalled?.Task.WaitAsync(cancellationToken) ?? Task.CompletedTask;

    /// <summary>Takes bytes for passing.</summary>
    /// <returns>How many of them may pass; less than were asked for if the connection is to be cut after them.</returns>
    internal int Take(int count)
    {
        long before = Interlocked.Add(ref _passed, count) - count;
        long cutAt = Interlocked.Read(ref _cutAt);
        if (before + count <= cutAt || Interlocked.CompareExchange(ref _cutAt, Never, cutAt) != cutAt)
        {
            return count;
        }

        int rest = (int)Math.Max(0, cutAt - before);
        Interlocked.Add(ref _passed, rest - count);
        WasCut = true;
        return rest;
    }
}
