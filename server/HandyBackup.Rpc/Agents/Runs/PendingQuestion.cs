using System.Buffers.Binary;

namespace HandyBackup.Rpc.Agents.Runs;

/// <summary>A question of a run that waits for its answer. All methods may be called from any thread.</summary>
internal abstract class PendingQuestion
{
    /// <summary>Ends the question without an answer.</summary>
    public abstract void Fail(Exception exception);
}

/// <summary>A question whose answer is one value for each id.</summary>
/// <param name="count">How many ids were asked about.</param>
internal abstract class PendingValues(int count) : PendingQuestion
{
    private readonly object _lock = new();
    private readonly TaskCompletionSource _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isAbandoned;

    /// <summary>How many ids were asked about.</summary>
    protected int Count => count;

    /// <summary>The kind of frame that answers.</summary>
    public abstract RunFrameKind AnswerKind { get; }

    /// <summary>The length of the answer in bytes.</summary>
    public abstract int AnswerLength { get; }

    /// <summary>Waits until the values are where the asker wants them. After that, however it ended, nothing is written there any more.</summary>
    public async ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _answered.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            lock (_lock)
            {
                // The asker's memory is his own again, though the answer be still under way.
                _isAbandoned = true;
            }
        }
    }

    /// <summary>Takes the answer, which has the right length.</summary>
    public void Answer(ReadOnlySpan<byte> content)
    {
        lock (_lock)
        {
            if (!_isAbandoned)
            {
                Read(content);
            }
        }

        _answered.TrySetResult();
    }

    /// <inheritdoc/>
    public override void Fail(Exception exception)
    {
        if (_answered.TrySetException(exception))
        {
            _ = _answered.Task.Exception;
        }
    }

    /// <summary>Puts the values where the asker wants them.</summary>
    protected abstract void Read(ReadOnlySpan<byte> content);
}

/// <summary>Which blobs are missing?</summary>
internal sealed class PendingMissing(Memory<bool> missing) : PendingValues(missing.Length)
{
    public override RunFrameKind AnswerKind => RunFrameKind.Missing;

    public override int AnswerLength => (Count + 7) / 8;

    protected override void Read(ReadOnlySpan<byte> content)
    {
        Span<bool> values = missing.Span;
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (content[i / 8] & (1 << (i % 8))) != 0;
        }
    }
}

/// <summary>How long are blobs?</summary>
internal sealed class PendingLengths(Memory<long> lengths) : PendingValues(lengths.Length)
{
    public override RunFrameKind AnswerKind => RunFrameKind.Lengths;

    public override int AnswerLength => Count * sizeof(long);

    protected override void Read(ReadOnlySpan<byte> content)
    {
        Span<long> values = lengths.Span;
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = BinaryPrimitives.ReadInt64LittleEndian(content[(i * sizeof(long))..]);
        }
    }
}
