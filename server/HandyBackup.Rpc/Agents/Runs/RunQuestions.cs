using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Concurrent;
using HandyBackup.Contracts;
using HandyBackup.Rpc.Wire;

namespace HandyBackup.Rpc.Agents.Runs;

/// <summary>The questions of one run that wait at the agent for their answers. Once the run has failed, so has every question.</summary>
internal sealed class RunQuestions
{
    private readonly ConcurrentDictionary<uint, PendingQuestion> _pending = new();
    private readonly byte[] _number = new byte[RunFrame.NumberLength];
    private int _lastNumber;
    private volatile Exception? _failure;

    /// <summary>True if the run has failed.</summary>
    public bool HasFailed => _failure is not null;

    /// <summary>Notes a question and gives it a number.</summary>
    public uint Add(PendingQuestion question)
    {
        uint number = (uint)Interlocked.Increment(ref _lastNumber);
        _pending[number] = question;
        return number;
    }

    /// <summary>Forgets a question that was not sent.</summary>
    public void Remove(uint number) => _pending.TryRemove(number, out _);

    /// <summary>True if the answer, or the last part of it, has not come yet.</summary>
    public bool IsPending(uint number) => _pending.ContainsKey(number);

    /// <summary>Ends all questions, those to come included, with an exception.</summary>
    /// <returns>True for the first time, which counts.</returns>
    public bool TryFail(Exception exception)
    {
        if (Interlocked.CompareExchange(ref _failure, exception, null) is not null)
        {
            return false;
        }

        foreach (uint number in _pending.Keys)
        {
            if (_pending.TryRemove(number, out PendingQuestion? question))
            {
                question.Fail(exception);
            }
        }

        return true;
    }

    /// <summary>Throws what the run has failed with, if it has.</summary>
    public void ThrowIfFailed()
    {
        if (_failure is { } failure)
        {
            throw failure;
        }
    }

    /// <summary>Reads an answer and hands it to its question.</summary>
    /// <exception cref="InvalidDataException">No question waits for it.</exception>
    public async ValueTask AnswerAsync(FrameReader reader, RunFrameKind kind, int length)
    {
        if (kind is < RunFrameKind.Missing or > RunFrameKind.Failed || length < RunFrame.NumberLength)
        {
            throw RunFrame.Broken($"The server sent a frame of kind {kind} and {length} bytes.");
        }

        await reader.ReadAsync(_number).ConfigureAwait(false);
        uint number = BinaryPrimitives.ReadUInt32LittleEndian(_number);
        length -= RunFrame.NumberLength;
        PendingQuestion? question;
        _ = kind == RunFrameKind.Blob ? _pending.TryGetValue(number, out question) : _pending.TryRemove(number, out question);
        switch (question)
        {
            case PendingBlobs blobs when kind == RunFrameKind.Blob:
                blobs.Add(await reader.ReadBlobAsync(length).ConfigureAwait(false));
                break;
            case PendingBlobs blobs when kind == RunFrameKind.GetEnd && length == 0:
                blobs.Complete();
                break;
            case PendingValues values when kind == values.AnswerKind && length == values.AnswerLength:
                using (IMemoryOwner<byte> content = await reader.ReadContentAsync(length).ConfigureAwait(false))
                {
                    values.Answer(content.Memory.Span[..length]);
                }

                break;
            case not null when kind == RunFrameKind.Failed:
                question.Fail((await reader.ReadJsonAsync<ErrorInfo>(length).ConfigureAwait(false)).ToException());
                break;
            case null when HasFailed:
                await SkipAsync(reader, kind, length).ConfigureAwait(false);
                break;
            default:
                question?.Fail(LostConnection.To(Party.ServerOfAgent));
                throw RunFrame.Broken($"The server sent a frame of kind {kind} and {length} bytes for question {number}, which does not wait for it.");
        }
    }

    // After a failure answers to forgotten questions may still be under way.
    private static async ValueTask SkipAsync(FrameReader reader, RunFrameKind kind, int length)
    {
        if (kind == RunFrameKind.Blob)
        {
            (await reader.ReadBlobAsync(length).ConfigureAwait(false)).Dispose();
        }
        else
        {
            (await reader.ReadContentAsync(length).ConfigureAwait(false)).Dispose();
        }
    }
}
