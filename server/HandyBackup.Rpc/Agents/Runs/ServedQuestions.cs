using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Threading.Channels;
using HandyBackup.Contracts;

namespace HandyBackup.Rpc.Agents.Runs;

/// <summary>The questions of one run that the server is answering, several at once.</summary>
internal sealed class ServedQuestions(RunChannel channel, RunParts parts, AgentLinkOptions options) : IAsyncDisposable
{
    // An answer from the index takes no time; more at once would only hold more ids in memory.
    private const int ValuesAtOnce = 8;

    private readonly ConcurrentDictionary<uint, ServedGet> _gets = new();
    private readonly SemaphoreSlim _valueSlots = new(ValuesAtOnce);
    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // One more than there are, until nobody asks any more.
    private int _getsUnderWay = 1;

    /// <summary>Begins to answer a question; waits while too many are being answered.</summary>
    /// <param name="kind">What is asked.</param>
    /// <param name="content">Number, type and ids, at least one. Not used after the call.</param>
    /// <exception cref="InvalidDataException">The agent asks more than it may.</exception>
    public async ValueTask AskAsync(RunFrameKind kind, ReadOnlyMemory<byte> content)
    {
        uint number = BinaryPrimitives.ReadUInt32LittleEndian(content.Span);
        BlobType type = RunFrame.ReadType(content.Span[RunFrame.NumberLength]);
        ReadOnlyMemory<byte> ids = content[RunFrame.QuestionLength..];
        if (kind == RunFrameKind.Get)
        {
            BeginGet(number, type, ids);
            return;
        }

        await _valueSlots.WaitAsync(channel.Aborted).ConfigureAwait(false);
        int count = ids.Length / Sha256Hash.Size;
        BlobId[] asked = ArrayPool<BlobId>.Shared.Rent(count);
        ReadIds(ids.Span, asked);
        _ = Task.Run(() => AnswerAsync(kind, number, type, asked, count), CancellationToken.None);
    }

    /// <summary>The agent wants no more blobs of a question.</summary>
    public void Stop(uint number)
    {
        // One that has ended already is no error: its end and the agent's wish may cross.
        if (_gets.TryGetValue(number, out ServedGet? get))
        {
            get.Stop();
        }
    }

    /// <summary>The agent has used so many bytes that it was sent for a question.</summary>
    public void NoteUsed(uint number, int bytes)
    {
        if (_gets.TryGetValue(number, out ServedGet? get))
        {
            get.NoteUsed(bytes);
        }
    }

    /// <summary>Waits until nothing is being answered any more. To be called once, when the channel was closed and nobody asks.</summary>
    public async ValueTask DisposeAsync()
    {
        for (int i = 0; i < ValuesAtOnce; i++)
        {
            await _valueSlots.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        }

        EndGet();
        await _idle.Task.ConfigureAwait(false);
    }

    private static void ReadIds(ReadOnlySpan<byte> ids, Span<BlobId> destination)
    {
        for (int i = 0; i < ids.Length / Sha256Hash.Size; i++)
        {
            destination[i] = new BlobId(new Sha256Hash(ids.Slice(i * Sha256Hash.Size, Sha256Hash.Size)));
        }
    }

    private void BeginGet(uint number, BlobType type, ReadOnlyMemory<byte> ids)
    {
        var get = new ServedGet(channel.Aborted);
        if (_gets.Count >= RunFrame.MaximumGets || !_gets.TryAdd(number, get))
        {
            get.Dispose();
            throw RunFrame.Broken($"The agent asked for blobs under the number {number} while {_gets.Count} such questions were being answered.");
        }

        var wanted = new BlobId[ids.Length / Sha256Hash.Size];
        ReadIds(ids.Span, wanted);
        Interlocked.Increment(ref _getsUnderWay);
        _ = Task.Run(() => SendBlobsAsync(number, type, wanted, get), CancellationToken.None);
    }

    // Never throws: a failure is the answer.
    private async Task AnswerAsync(RunFrameKind kind, uint number, BlobType type, BlobId[] ids, int count)
    {
        try
        {
            OutgoingFrame answer = kind == RunFrameKind.FindMissing
                ? await FindMissingAsync(number, type, ids.AsMemory(0, count)).ConfigureAwait(false)
                : await GetLengthsAsync(number, type, ids.AsMemory(0, count)).ConfigureAwait(false);
            await SendAsync(answer).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            await FailAsync(number, exception).ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<BlobId>.Shared.Return(ids);
            _valueSlots.Release();
        }
    }

    private async Task<OutgoingFrame> FindMissingAsync(uint number, BlobType type, ReadOnlyMemory<BlobId> ids)
    {
        bool[] missing = ArrayPool<bool>.Shared.Rent(ids.Length);
        try
        {
            await parts.Ingest!.FindMissingAsync(ids, type, missing.AsMemory(0, ids.Length), channel.Aborted).ConfigureAwait(false);
            return OutgoingFrame.Missing(number, missing.AsSpan(0, ids.Length), options.Buffers);
        }
        finally
        {
            ArrayPool<bool>.Shared.Return(missing);
        }
    }

    private async Task<OutgoingFrame> GetLengthsAsync(uint number, BlobType type, ReadOnlyMemory<BlobId> ids)
    {
        long[] lengths = ArrayPool<long>.Shared.Rent(ids.Length);
        try
        {
            await parts.Retrieve.GetLengthsAsync(ids, type, lengths.AsMemory(0, ids.Length), channel.Aborted).ConfigureAwait(false);
            return OutgoingFrame.Lengths(number, lengths.AsSpan(0, ids.Length), options.Buffers);
        }
        finally
        {
            ArrayPool<long>.Shared.Return(lengths);
        }
    }

    // Never throws: a failure is the answer. Exactly one frame ends the question.
    private async Task SendBlobsAsync(uint number, BlobType type, BlobId[] ids, ServedGet get)
    {
        Exception? failure = null;
        try
        {
            await foreach (BlobPayload blob in parts.Retrieve.GetAsync(ids, type, get.Stopped).ConfigureAwait(false))
            {
                try
                {
                    await get.WaitForRoomAsync(blob.Bytes.Length).ConfigureAwait(false);
                }
                catch
                {
                    blob.Dispose();
                    throw;
                }

                await channel.Sender.SendAsync(OutgoingFrame.Blob(number, blob, options.Buffers), get.Stopped).ConfigureAwait(false);
            }
        }
        catch (Exception exception)
        {
            failure = get.Stopped.IsCancellationRequested ? null : exception;
        }

        // Forgotten before the answer is on its way: the agent may use the number again as soon as it has it.
        _gets.TryRemove(number, out _);
        get.Dispose();
        if (failure is null)
        {
            await SendAsync(OutgoingFrame.Number(RunFrameKind.GetEnd, number, options.Buffers)).ConfigureAwait(false);
        }
        else
        {
            await FailAsync(number, failure).ConfigureAwait(false);
        }

        EndGet();
    }

    private void EndGet()
    {
        if (Interlocked.Decrement(ref _getsUnderWay) == 0)
        {
            _idle.TrySetResult();
        }
    }

    private async Task FailAsync(uint number, Exception exception)
    {
        if (!channel.Aborted.IsCancellationRequested)
        {
            HandyBackupException failure = exception as HandyBackupException ?? options.ReportUnexpected("run.question", exception);
            await SendAsync(OutgoingFrame.Json(RunFrameKind.Failed, number, failure.ToErrorInfo(), options.Buffers)).ConfigureAwait(false);
        }
    }

    private async Task SendAsync(OutgoingFrame frame)
    {
        try
        {
            await channel.Sender.SendAsync(frame, channel.Aborted).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is ChannelClosedException or OperationCanceledException)
        {
            // The run has ended, and nobody waits for the answer.
        }
    }
}
