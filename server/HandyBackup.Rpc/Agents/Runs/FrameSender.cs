using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace HandyBackup.Rpc.Agents.Runs;

/// <summary>
/// Sends frames in the order in which they came. Few wait at a time, and whoever has one more waits until there is room: so the channel's window holds the
/// sender back. A frame that has begun is sent whole, so giving up one that still waits harms nobody.
/// </summary>
internal sealed class FrameSender
{
    // Enough to keep the line busy while the next is made. More would only keep more blobs in memory.
    private const int Room = 4;

    // How much is copied before the pipe is asked for room: the multiplexer takes 20 KiB at a time, and its pipe stops at 64.
    private const int PieceLength = 60 * 1024;

    private readonly Channel<OutgoingFrame> _waiting = Channel.CreateBounded<OutgoingFrame>(new BoundedChannelOptions(Room) { SingleReader = true });
    private readonly PipeWriter _output;
    private readonly CancellationToken _aborted;
    private readonly object _gate = new();
    private OutgoingFrame? _newest;
    private bool _isEnding;

    /// <param name="output">Where the frames go; completed at the end.</param>
    /// <param name="aborted">Ends the sending, within a frame if need be.</param>
    public FrameSender(PipeWriter output, CancellationToken aborted)
    {
        _output = output;
        _aborted = aborted;
        Completion = Task.Run(SendAllAsync, CancellationToken.None);
    }

    /// <summary>Ends when nothing more is sent; fails if something could not be sent.</summary>
    public Task Completion { get; }

    /// <summary>Waits for room for a frame. Takes the frame over in any case.</summary>
    /// <exception cref="ChannelClosedException">Nothing more is sent.</exception>
    public async ValueTask SendAsync(OutgoingFrame frame, CancellationToken cancellationToken)
    {
        try
        {
            await _waiting.Writer.WriteAsync(frame, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            frame.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Sends a frame that makes those of its kind before it worthless. Where there is no room one of them waits, the newest, and goes before all others: on a line
    /// that is never idle it would else never go. Takes the frame over in any case; never waits.
    /// </summary>
    public void SendNewest(OutgoingFrame frame)
    {
        if (_waiting.Writer.TryWrite(frame))
        {
            return;
        }

        lock (_gate)
        {
            (_isEnding ? frame : _newest)?.Dispose();
            _newest = _isEnding ? null : frame;
        }
    }

    /// <summary>Takes no more frames; those that wait are still sent.</summary>
    public void Complete() => _waiting.Writer.TryComplete();

    private async Task SendAllAsync()
    {
        try
        {
            await foreach (OutgoingFrame frame in _waiting.Reader.ReadAllAsync(_aborted).ConfigureAwait(false))
            {
                using (frame)
                {
                    await SendNewestAsync().ConfigureAwait(false);
                    await SendAsync(frame).ConfigureAwait(false);
                }
            }
        }
        finally
        {
            _waiting.Writer.TryComplete();
            while (_waiting.Reader.TryRead(out OutgoingFrame unsent))
            {
                unsent.Dispose();
            }

            TakeNewest(isLast: true)?.Dispose();
            await _output.CompleteAsync().ConfigureAwait(false);
        }
    }

    private async ValueTask SendNewestAsync()
    {
        if (TakeNewest(isLast: false) is { } frame)
        {
            using (frame)
            {
                await SendAsync(frame).ConfigureAwait(false);
            }
        }
    }

    private OutgoingFrame? TakeNewest(bool isLast)
    {
        lock (_gate)
        {
            OutgoingFrame? newest = _newest;
            _newest = null;
            _isEnding |= isLast;
            return newest;
        }
    }

    private async ValueTask SendAsync(OutgoingFrame frame)
    {
        ReadOnlyMemory<byte> content = frame.Content?.Bytes ?? default;
        int part = Math.Min(content.Length, RunFrame.MaximumLength - frame.Head.Length);
        WriteHeader(frame.Kind, frame.Head.Length + part);
        await WriteAsync(frame.Head, flush: part == 0).ConfigureAwait(false);
        await WriteAsync(content[..part], flush: true).ConfigureAwait(false);
        for (content = content[part..]; !content.IsEmpty; content = content[part..])
        {
            part = Math.Min(content.Length, RunFrame.MaximumLength);
            WriteHeader(RunFrameKind.More, part);
            await WriteAsync(content[..part], flush: true).ConfigureAwait(false);
        }
    }

    private void WriteHeader(RunFrameKind kind, int length)
    {
        RunFrame.WriteHeader(_output.GetSpan(RunFrame.HeaderLength), kind, length);
        _output.Advance(RunFrame.HeaderLength);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, bool flush)
    {
        do
        {
            int length = Math.Min(bytes.Length, PieceLength);
            if (length > 0)
            {
                bytes.Span[..length].CopyTo(_output.GetSpan(length));
                _output.Advance(length);
                bytes = bytes[length..];
            }

            if ((flush || !bytes.IsEmpty) && (await _output.FlushAsync(_aborted).ConfigureAwait(false)).IsCompleted)
            {
                throw new IOException("The other end reads the run's channel no more.");
            }
        }
        while (!bytes.IsEmpty);
    }
}
