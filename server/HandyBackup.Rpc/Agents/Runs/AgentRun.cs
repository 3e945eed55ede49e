using System.Buffers;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using HandyBackup.Contracts;
using HandyBackup.Rpc.Wire;

namespace HandyBackup.Rpc.Agents.Runs;

/// <summary>
/// The agent's end of a run's channel: what the server offers to the run, as if it were here. Once something has failed for good, every call fails with it.
/// </summary>
internal sealed class AgentRun : IIngest, IRetrieve, IRunObserver, IAsyncDisposable
{
    private readonly RunChannel _channel;
    private readonly MemoryPool<byte> _pool;
    private readonly Action<Exception> _onBroken;
    private readonly RunQuestions _questions = new();
    private readonly SemaphoreSlim _gets = new(RunFrame.MaximumGets);

    /// <param name="channel">The channel; owned from now on.</param>
    /// <param name="pool">Where buffers come from.</param>
    /// <param name="onBroken">Called when the server breaks the rules.</param>
    public AgentRun(RunChannel channel, MemoryPool<byte> pool, Action<Exception> onBroken)
    {
        _channel = channel;
        _pool = pool;
        _onBroken = onBroken;
        channel.Start(HandleAsync, OnEnded);
    }

    /// <inheritdoc/>
    public async ValueTask FindMissingAsync(ReadOnlyMemory<BlobId> ids, BlobType type, Memory<bool> missing, CancellationToken cancellationToken)
    {
        for (int start = 0; start < ids.Length; start += RunFrame.MaximumIds)
        {
            int count = Math.Min(RunFrame.MaximumIds, ids.Length - start);
            var question = new PendingMissing(missing.Slice(start, count));
            await AskAsync(RunFrameKind.FindMissing, question, ids.Slice(start, count), type, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async ValueTask PutAsync(BlobPayload blob, CancellationToken cancellationToken)
    {
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            _questions.ThrowIfFailed();
            if (Math.Max(blob.Bytes.Length, blob.PlainLength) > RunFrame.MaximumBlob)
            {
                throw new HandyBackupException(ErrorCode.InvalidArgument, $"Blob {blob.Id} is too long to be stored.") { Target = blob.Id.ToString() };
            }
        }
        catch
        {
            blob.Dispose();
            throw;
        }

        await SendAsync(OutgoingFrame.Put(blob, _pool), cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask GetLengthsAsync(ReadOnlyMemory<BlobId> ids, BlobType type, Memory<long> lengths, CancellationToken cancellationToken)
    {
        for (int start = 0; start < ids.Length; start += RunFrame.MaximumIds)
        {
            int count = Math.Min(RunFrame.MaximumIds, ids.Length - start);
            var question = new PendingLengths(lengths.Slice(start, count));
            await AskAsync(RunFrameKind.GetLengths, question, ids.Slice(start, count), type, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<BlobPayload> GetAsync(IReadOnlyCollection<BlobId> ids, BlobType type, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // A list for several questions would have an id that is named in two of them answered twice.
        BlobId[] wanted = ids.Count > RunFrame.MaximumIds ? [.. ids.Distinct()] : [.. ids];
        for (int start = 0; start < wanted.Length; start += RunFrame.MaximumIds)
        {
            ReadOnlyMemory<BlobId> part = wanted.AsMemory(start, Math.Min(RunFrame.MaximumIds, wanted.Length - start));
            await foreach (BlobPayload blob in GetPartAsync(part, type, cancellationToken).ConfigureAwait(false))
            {
                yield return blob;
            }
        }
    }

    /// <inheritdoc/>
    public void Progress(RunProgress progress)
    {
        // Cosmetic: what is out of date before there was room for it is dropped, and the last counters travel in the order's result.
        if (!_questions.HasFailed)
        {
            _channel.Sender.SendNewest(OutgoingFrame.Json(RunFrameKind.Progress, null, progress, _pool));
        }
    }

    /// <inheritdoc/>
    public ValueTask IssueAsync(ItemIssue issue, CancellationToken cancellationToken)
    {
        _questions.ThrowIfFailed();
        return SendAsync(OutgoingFrame.Json(RunFrameKind.Issue, null, issue, _pool), cancellationToken);
    }

    /// <summary>To be called when the order has succeeded: waits until everything was sent.</summary>
    /// <exception cref="HandyBackupException">The server could not use something that was handed in, or the connection broke.</exception>
    public async Task FinishAsync(CancellationToken cancellationToken)
    {
        await SendAsync(OutgoingFrame.Empty(RunFrameKind.End), cancellationToken).ConfigureAwait(false);
        try
        {
            await _channel.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            _questions.ThrowIfFailed();
            throw LostConnection.To(Party.ServerOfAgent, exception);
        }

        _questions.ThrowIfFailed();
    }

    /// <summary>Ends all calls under way and all that follow with an exception. The first one counts.</summary>
    public void Fail(Exception exception)
    {
        if (_questions.TryFail(exception))
        {
            _channel.Sender.Complete();
        }
    }

    /// <summary>Closes the channel and ends every call that is still under way.</summary>
    public async ValueTask DisposeAsync()
    {
        Fail(new ObjectDisposedException(nameof(AgentRun), "The order has ended."));
        await _channel.DisposeAsync().ConfigureAwait(false);
    }

    private async IAsyncEnumerable<BlobPayload> GetPartAsync(ReadOnlyMemory<BlobId> ids, BlobType type, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await _gets.WaitAsync(cancellationToken).ConfigureAwait(false);
        var blobs = new PendingBlobs();
        uint number = 0;
        try
        {
            number = await RegisterAsync(RunFrameKind.Get, blobs, ids, type, cancellationToken).ConfigureAwait(false);
            while (await blobs.NextAsync(cancellationToken).ConfigureAwait(false) is { } blob)
            {
                int length = blob.Bytes.Length;
                bool isHandedOver = false;
                try
                {
                    await SendAsync(OutgoingFrame.Took(number, length, _pool), cancellationToken).ConfigureAwait(false);
                    isHandedOver = true;
                }
                finally
                {
                    if (!isHandedOver)
                    {
                        blob.Dispose();
                    }
                }

                yield return blob;
            }
        }
        finally
        {
            blobs.Abandon();
            await StopAsync(number).ConfigureAwait(false);
            _gets.Release();
        }
    }

    // One that has not ended at the server yet is to end there; its last answer is still waited for, by nobody.
    private async ValueTask StopAsync(uint number)
    {
        if (_questions.HasFailed || !_questions.IsPending(number))
        {
            return;
        }

        try
        {
            await _channel.Sender.SendAsync(OutgoingFrame.Number(RunFrameKind.StopGet, number, _pool), _channel.Aborted).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is ChannelClosedException or OperationCanceledException)
        {
            // The run ends anyway.
        }
    }

    private async ValueTask AskAsync(RunFrameKind kind, PendingValues question, ReadOnlyMemory<BlobId> ids, BlobType type, CancellationToken cancellationToken)
    {
        await RegisterAsync(kind, question, ids, type, cancellationToken).ConfigureAwait(false);
        await question.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<uint> RegisterAsync(RunFrameKind kind, PendingQuestion question, ReadOnlyMemory<BlobId> ids, BlobType type, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        uint number = _questions.Add(question);
        try
        {
            // After the question was noted: a failure either finds it or is found here.
            _questions.ThrowIfFailed();
            await SendAsync(OutgoingFrame.Question(kind, number, type, ids.Span, _pool), cancellationToken).ConfigureAwait(false);
            return number;
        }
        catch
        {
            _questions.Remove(number);
            throw;
        }
    }

    private async ValueTask SendAsync(OutgoingFrame frame, CancellationToken cancellationToken)
    {
        try
        {
            await _channel.Sender.SendAsync(frame, cancellationToken).ConfigureAwait(false);
        }
        catch (ChannelClosedException exception)
        {
            _questions.ThrowIfFailed();
            throw LostConnection.To(Party.ServerOfAgent, exception);
        }
    }

    private async ValueTask HandleAsync(FrameReader reader, RunFrameKind kind, int length)
    {
        if (kind == RunFrameKind.RunFailed)
        {
            Fail((await reader.ReadJsonAsync<ErrorInfo>(length).ConfigureAwait(false)).ToException());
        }
        else
        {
            await _questions.AnswerAsync(reader, kind, length).ConfigureAwait(false);
        }
    }

    private void OnEnded(Exception? reason)
    {
        if (reason is InvalidDataException)
        {
            _onBroken(reason);
        }

        Fail(LostConnection.To(Party.ServerOfAgent, reason));
    }
}
