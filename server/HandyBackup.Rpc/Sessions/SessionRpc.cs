using System.Collections.Concurrent;
using HandyBackup.Contracts;
using HandyBackup.Rpc.Wire;
using StreamJsonRpc;
using StreamJsonRpc.Protocol;

namespace HandyBackup.Rpc.Sessions;

/// <summary>The server's end of the message layer: nothing is answered before the hello.</summary>
/// <param name="handler">The messages.</param>
/// <param name="helloMethod">The one method that may be called first, as the wire names it.</param>
/// <param name="peer">Who calls.</param>
/// <param name="onUnexpectedError">Receives what the peer is not told; null to drop it.</param>
internal sealed class SessionRpc(IJsonRpcMessageHandler handler, string helloMethod, Party peer, Action<UnexpectedError>? onUnexpectedError)
    : PeerRpc(handler, Party.Server, onUnexpectedError)
{
    private readonly ConcurrentDictionary<RequestId, bool> _unanswered = new();
    private readonly TaskCompletionSource<bool> _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _isOpen;
    private volatile bool _isDraining;

    /// <summary>Lets all calls through, once the hello has been agreed on.</summary>
    public void Open() => _isOpen = true;

    /// <summary>Ends as soon as every call that came in has its answer. To be called once, when the session ends.</summary>
    public Task WhenAnsweredAsync()
    {
        _isDraining = true;
        NoteIfDrained();
        return _drained.Task;
    }

    protected override ValueTask<JsonRpcMessage> DispatchRequestAsync(JsonRpcRequest request, TargetMethod targetMethod, CancellationToken cancellationToken)
    {
        if (request.IsResponseExpected)
        {
            _unanswered[request.RequestId] = true;
        }

        if (!_isOpen && request.Method != helloMethod)
        {
            throw new HandyBackupException(ErrorCode.ProtocolMismatch, $"'{request.Method}' was called before the hello.")
            {
                Target = request.Method,
                Advice = $"Update {peer.Program} to the server's version.",
            };
        }

        return base.DispatchRequestAsync(request, targetMethod, cancellationToken);
    }

    protected override void OnResponseSent(JsonRpcMessage response)
    {
        base.OnResponseSent(response);
        if (response is IJsonRpcMessageWithId answer && _unanswered.TryRemove(answer.RequestId, out _))
        {
            NoteIfDrained();
        }
    }

    private void NoteIfDrained()
    {
        if (_isDraining && _unanswered.IsEmpty)
        {
            _drained.TrySetResult(true);
        }
    }
}
