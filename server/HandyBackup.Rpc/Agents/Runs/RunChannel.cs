using System.Buffers;
using HandyBackup.Rpc.Wire;
using Nerdbank.Streams;

namespace HandyBackup.Rpc.Agents.Runs;

/// <summary>One run's channel, of either end: frames out, frames in, and one end.</summary>
internal sealed class RunChannel : IAsyncDisposable
{
    private readonly MultiplexingStream.Channel _channel;
    private readonly CancellationToken _connectionEnded;
    private readonly CancellationTokenSource _aborted;
    private readonly FrameReader _reader;
    private Task _reading = Task.CompletedTask;

    /// <param name="channel">The channel; closed with this object.</param>
    /// <param name="pool">Where buffers come from.</param>
    /// <param name="connectionEnded">Cancelled when the connection ends.</param>
    public RunChannel(MultiplexingStream.Channel channel, MemoryPool<byte> pool, CancellationToken connectionEnded)
    {
        _channel = channel;
        _connectionEnded = connectionEnded;
        channel.Completion.Forget();
        _aborted = CancellationTokenSource.CreateLinkedTokenSource(connectionEnded);
        Aborted = _aborted.Token;
        _reader = new FrameReader(channel.Input, pool, Aborted);
        Sender = new FrameSender(channel.Output, Aborted);
        Sender.Completion.Forget();
    }

    /// <summary>How the multiplexer treats such channels.</summary>
    public static MultiplexingStream.ChannelOptions Options { get; } = new() { ChannelReceivingWindowSize = RunFrame.Window, TraceSource = ControlChannel.Silence() };

    /// <summary>Where frames are sent.</summary>
    public FrameSender Sender { get; }

    /// <summary>Cancelled when the channel is closed or the connection ends.</summary>
    public CancellationToken Aborted { get; }

    /// <summary>Begins to read.</summary>
    /// <param name="handle">Called with each frame, one after the other; reads its content.</param>
    /// <param name="onEnded">Called once at the end: with what ended it, or null if the other end closed its side between two frames.</param>
    public void Start(Func<FrameReader, RunFrameKind, int, ValueTask> handle, Action<Exception?> onEnded) =>
        _reading = Task.Run(() => ReadAllAsync(handle, onEnded), CancellationToken.None);

    /// <summary>Sends what waits to be sent, and nothing after it.</summary>
    /// <exception cref="IOException">The other end reads no more.</exception>
    public Task FlushAsync(CancellationToken cancellationToken)
    {
        Sender.Complete();
        return Sender.Completion.WaitAsync(cancellationToken);
    }

    /// <summary>Stops reading and sending and waits for both; the rest of the closing goes on by itself.</summary>
    public async ValueTask DisposeAsync()
    {
        await _aborted.CancelAsync().ConfigureAwait(false);
        await _reading.ConfigureAwait(false);
        await Sender.Completion.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _ = CloseAsync();
    }

    private async Task ReadAllAsync(Func<FrameReader, RunFrameKind, int, ValueTask> handle, Action<Exception?> onEnded)
    {
        Exception? reason = null;
        try
        {
            while (await _reader.NextAsync().ConfigureAwait(false) is { } frame)
            {
                await handle(_reader, frame.Kind, frame.Length).ConfigureAwait(false);
            }
        }
        catch (Exception exception)
        {
            reason = exception;
        }

        onEnded(reason);
    }

    private async Task CloseAsync()
    {
        await ChannelEnd.CloseAsync(_channel, _connectionEnded).ConfigureAwait(false);
        _aborted.Dispose();
    }
}
