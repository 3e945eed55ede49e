using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.ExceptionServices;
using HandyBackup.Contracts;
using HandyBackup.Rpc.Wire;

namespace HandyBackup.Rpc.Agents.Runs;

/// <summary>
/// The server's end of a run's channel: carries out what the agent asks for with the real objects. Several blobs are stored and several questions answered at
/// once; what there is no room for waits in the channel's window, and the agent with it.
/// </summary>
internal sealed class ServedRun : IAsyncDisposable
{
    // Each blob that is being stored is held in memory, and checking its hash takes a processor.
    private static readonly int s_putsAtOnce = Math.Clamp(Environment.ProcessorCount, 2, 8);

    private readonly RunChannel _channel;
    private readonly RunParts _parts;
    private readonly AgentLinkOptions _options;
    private readonly Action<Exception> _onBroken;
    private readonly SemaphoreSlim _putSlots = new(s_putsAtOnce);
    private readonly ServedQuestions _questions;
    private readonly CancellationTokenSource _failed = new();
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly byte[] _number = new byte[RunFrame.NumberLength + sizeof(int)];
    private HandyBackupException? _failure;
    private bool _isOver;

    /// <param name="channel">The channel; owned from now on.</param>
    /// <param name="parts">What the agent may use.</param>
    /// <param name="options">How the connection is treated.</param>
    /// <param name="onBroken">Called when the agent breaks the rules.</param>
    public ServedRun(RunChannel channel, RunParts parts, AgentLinkOptions options, Action<Exception> onBroken)
    {
        _channel = channel;
        _parts = parts;
        _options = options;
        _onBroken = onBroken;
        _questions = new ServedQuestions(channel, parts, options);
        _drained.Task.Forget();
        Failed = _failed.Token;
        channel.Start(HandleAsync, OnEnded);
    }

    /// <summary>Cancelled when something that was handed in could not be used: the run cannot succeed any more.</summary>
    public CancellationToken Failed { get; }

    /// <summary>Throws what was thrown when something handed in could not be used, if there was such a thing.</summary>
    public void ThrowIfFailed()
    {
        if (Volatile.Read(ref _failure) is { } failure)
        {
            ExceptionDispatchInfo.Throw(failure);
        }
    }

    /// <summary>Waits until all that the agent has sent was used. The agent says itself what is the last of it.</summary>
    /// <exception cref="HandyBackupException">Something could not be used, or the channel ended before.</exception>
    public async Task DrainAsync(CancellationToken cancellationToken)
    {
        await _drained.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        ThrowIfFailed();
    }

    /// <summary>Closes the channel. Afterwards nothing of the run uses the server's objects any more.</summary>
    public async ValueTask DisposeAsync()
    {
        await _channel.DisposeAsync().ConfigureAwait(false);
        await WaitForPutsAsync(CancellationToken.None).ConfigureAwait(false);
        await _questions.DisposeAsync().ConfigureAwait(false);
    }

    private async ValueTask HandleAsync(FrameReader reader, RunFrameKind kind, int length)
    {
        if (_isOver)
        {
            throw RunFrame.Broken($"The agent sent a frame of kind {kind} after its last.");
        }

        switch (kind)
        {
            case RunFrameKind.Put when _parts.Ingest is not null:
                await PutAsync(await reader.ReadBlobAsync(length).ConfigureAwait(false)).ConfigureAwait(false);
                break;
            case RunFrameKind.FindMissing when _parts.Ingest is not null:
            case RunFrameKind.GetLengths:
            case RunFrameKind.Get:
                await AskAsync(reader, kind, length).ConfigureAwait(false);
                break;
            case RunFrameKind.StopGet when length == RunFrame.NumberLength:
                _questions.Stop(await ReadNumberAsync(reader).ConfigureAwait(false));
                break;
            case RunFrameKind.Took when length == RunFrame.NumberLength + sizeof(int):
                await reader.ReadAsync(_number).ConfigureAwait(false);
                _questions.NoteUsed(BinaryPrimitives.ReadUInt32LittleEndian(_number), BinaryPrimitives.ReadInt32LittleEndian(_number.AsSpan(RunFrame.NumberLength)));
                break;
            case RunFrameKind.Progress when _parts.Observer is not null:
                _parts.Observer.Progress(await reader.ReadJsonAsync<RunProgress>(length).ConfigureAwait(false));
                break;
            case RunFrameKind.Issue when _parts.Observer is not null:
                await ReportAsync(await reader.ReadJsonAsync<ItemIssue>(length).ConfigureAwait(false)).ConfigureAwait(false);
                break;
            case RunFrameKind.End when length == 0:
                _isOver = true;
                await WaitForPutsAsync(_channel.Aborted).ConfigureAwait(false);
                _drained.TrySetResult();
                break;
            default:
                throw RunFrame.Broken($"The agent sent a frame of kind {kind} and {length} bytes, which has no place in this run.");
        }
    }

    private async ValueTask PutAsync(BlobPayload blob)
    {
        try
        {
            await _putSlots.WaitAsync(_channel.Aborted).ConfigureAwait(false);
        }
        catch
        {
            blob.Dispose();
            throw;
        }

        _ = Task.Run(() => StoreAsync(blob), CancellationToken.None);
    }

    // Never throws: a failure is told to the agent and to whoever waits for the run.
    private async Task StoreAsync(BlobPayload blob)
    {
        try
        {
            if (Volatile.Read(ref _failure) is null)
            {
                await _parts.Ingest!.PutAsync(blob, _channel.Aborted).ConfigureAwait(false);
                return;
            }
        }
        catch (Exception exception)
        {
            if (!_channel.Aborted.IsCancellationRequested)
            {
                Fail(exception);
            }
        }
        finally
        {
            _putSlots.Release();
        }

        // Nobody took it, or whoever did has failed; giving a buffer back twice is harmless.
        blob.Dispose();
    }

    private async ValueTask AskAsync(FrameReader reader, RunFrameKind kind, int length)
    {
        int bytes = length - RunFrame.QuestionLength;
        if (bytes <= 0 || bytes % Sha256Hash.Size != 0 || bytes > RunFrame.MaximumIds * Sha256Hash.Size)
        {
            throw RunFrame.Broken($"The agent asked about blobs in a frame of {length} bytes.");
        }

        using IMemoryOwner<byte> content = await reader.ReadContentAsync(length).ConfigureAwait(false);
        await _questions.AskAsync(kind, content.Memory[..length]).ConfigureAwait(false);
    }

    private async ValueTask<uint> ReadNumberAsync(FrameReader reader)
    {
        await reader.ReadAsync(_number.AsMemory(0, RunFrame.NumberLength)).ConfigureAwait(false);
        return BinaryPrimitives.ReadUInt32LittleEndian(_number);
    }

    private async ValueTask ReportAsync(ItemIssue issue)
    {
        try
        {
            await _parts.Observer!.IssueAsync(issue, _channel.Aborted).ConfigureAwait(false);
        }
        catch (Exception exception) when (!_channel.Aborted.IsCancellationRequested)
        {
            Fail(exception);
        }
    }

    private async Task WaitForPutsAsync(CancellationToken cancellationToken)
    {
        int taken = 0;
        try
        {
            for (; taken < s_putsAtOnce; taken++)
            {
                await _putSlots.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            // Whoever is stopped gives back what he has: the end of the run waits for all of them once more.
            if (taken > 0)
            {
                _putSlots.Release(taken);
            }
        }
    }

    private void Fail(Exception exception)
    {
        HandyBackupException failure = exception as HandyBackupException ?? _options.ReportUnexpected("run.put", exception);
        if (Interlocked.CompareExchange(ref _failure, failure, null) is null)
        {
            _channel.Sender.SendAsync(OutgoingFrame.Json(RunFrameKind.RunFailed, null, failure.ToErrorInfo(), _options.Buffers), _channel.Aborted).AsTask().Forget();
            _failed.Cancel();
        }
    }

    private void OnEnded(Exception? reason)
    {
        if (reason is InvalidDataException)
        {
            _onBroken(reason);
        }

        _drained.TrySetException(LostConnection.To(Party.Agent, reason));
    }
}
