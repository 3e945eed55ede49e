using System.Runtime.CompilerServices;
using HandyBackup.Rpc.Wire;

namespace HandyBackup.Rpc.Agents;

/// <summary>
/// A transport between server and agent: notes when something arrived, refuses frames that are too long and too much before the hello, and can be cut off
/// whatever it is doing. One reader and one writer at a time.
/// </summary>
internal sealed class PeerTransport : Stream
{
    /// <summary>What may arrive before the hello was agreed on, in bytes: room for the description of an agent with many sources.</summary>
    public const int MaximumGreeting = 1024 * 1024;

    private readonly Stream _inner;
    private readonly TimeProvider _time;
    private readonly FrameLimit _limit = new();
    private readonly CancellationTokenSource _cut = new();
    private CancellationTokenSource? _reading;
    private CancellationToken _readingFor;
    private volatile bool _isOpen;
    private long _received;
    private long _lastReceived;

    public PeerTransport(Stream inner, TimeProvider time)
    {
        _inner = inner;
        _time = time;
        _lastReceived = time.GetTimestamp();
    }

    /// <summary>How long nothing has arrived.</summary>
    public TimeSpan Silence => _time.GetElapsedTime(Interlocked.Read(ref _lastReceived));

    /// <summary>Returns what the connection ends with when nothing has arrived for so long.</summary>
    /// <exception cref="OperationCanceledException">The waiting was ended.</exception>
    public Task<TimeoutException> WaitForSilenceAsync(TimeSpan limit, CancellationToken ended) =>
        SilenceWatch.WaitAsync(() => Silence, limit, (time, token) => Task.Delay(time, _time, token), ended);

    /// <summary>How the peer broke the rules; null if it did not. The layers above say only that the connection has ended, and not always the same way.</summary>
    public InvalidDataException? Violation { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Ends the limit on what may arrive before the hello.</summary>
    public void Open() => _isOpen = true;

    /// <summary>Ends all reading and writing now. May be called from any thread and more than once.</summary>
    public void Cut()
    {
        try
        {
            _cut.Cancel();
            _inner.Dispose();
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or InvalidOperationException or AggregateException)
        {
            // What is being cut off may say so in its own way; it is gone all the same.
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int count = await _inner.ReadAsync(buffer, UntilCut(cancellationToken)).ConfigureAwait(false);
        if (count > 0)
        {
            Interlocked.Exchange(ref _lastReceived, _time.GetTimestamp());
            Check(buffer.Span[..count]);
        }

        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => _inner.WriteAsync(buffer, _cut.Token);

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        _inner.WriteAsync(buffer.AsMemory(offset, count), _cut.Token).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) => _inner.FlushAsync(_cut.Token);

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("A transport is read asynchronously.");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("A transport is written asynchronously.");

    public override void Flush() => throw new NotSupportedException("A transport is written asynchronously.");

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Cut();
        }

        base.Dispose(disposing);
    }

    private void Check(ReadOnlySpan<byte> bytes)
    {
        try
        {
            _received += bytes.Length;
            if (!_isOpen && _received > MaximumGreeting)
            {
                throw new InvalidDataException("The peer sent more than a hello takes, and no hello.");
            }

            _limit.Check(bytes);
        }
        catch (InvalidDataException violation)
        {
            Violation = violation;
            throw;
        }
    }

    // The reader comes with the same token each time: one source for all reads instead of one for each.
    private CancellationToken UntilCut(CancellationToken cancellationToken)
    {
        if (_reading is null || _readingFor != cancellationToken)
        {
            _reading?.Dispose();
            _reading = CancellationTokenSource.CreateLinkedTokenSource(_cut.Token, cancellationToken);
            _readingFor = cancellationToken;
        }

        return _reading.Token;
    }
}
