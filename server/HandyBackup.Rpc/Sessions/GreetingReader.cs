using System.Diagnostics;
using System.IO.Pipelines;

namespace HandyBackup.Rpc.Sessions;

/// <summary>
/// A transport's reader that gives up when too much arrives before the hello. The layers above gather a frame whole before they
/// look at it, so garbage that happens to announce a huge frame would otherwise be kept until memory ends. It also notes when something arrived.
/// </summary>
internal sealed class GreetingReader(PipeReader inner) : PipeReader
{
    /// <summary>A hello takes less than one kilobyte.</summary>
    public const int MaximumBytes = 64 * 1024;

    private volatile bool _isOpen;
    private long _consumed;
    private long _lastArrival = Stopwatch.GetTimestamp();
    private ReadResult _last;

    /// <summary>How long nothing has arrived.</summary>
    public TimeSpan Silence => TimeSpan.FromSeconds((double)(Stopwatch.GetTimestamp() - Interlocked.Read(ref _lastArrival)) / Stopwatch.Frequency);

    /// <summary>Ends the limit.</summary>
    public void Open() => _isOpen = true;

    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) =>
        Checked(await inner.ReadAsync(cancellationToken).ConfigureAwait(false));

    public override bool TryRead(out ReadResult result)
    {
        bool read = inner.TryRead(out result);
        if (read)
        {
            Checked(result);
        }

        return read;
    }

    public override void AdvanceTo(SequencePosition consumed)
    {
        Count(consumed);
        inner.AdvanceTo(consumed);
    }

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        Count(consumed);
        inner.AdvanceTo(consumed, examined);
    }

    public override void CancelPendingRead() => inner.CancelPendingRead();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    private ReadResult Checked(ReadResult result)
    {
        _last = result;
        Interlocked.Exchange(ref _lastArrival, Stopwatch.GetTimestamp());
        return _isOpen || _consumed + result.Buffer.Length <= MaximumBytes
            ? result
            : throw new InvalidDataException("The peer sent more than a hello takes, and no hello.");
    }

    private void Count(SequencePosition consumed)
    {
        if (!_isOpen)
        {
            _consumed += _last.Buffer.Slice(0, consumed).Length;
        }
    }
}
