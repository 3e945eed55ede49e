using System.Collections.Concurrent;
using HandyBackup.Contracts;
using HandyBackup.Rpc.Wire;
using StreamJsonRpc;
using StreamJsonRpc.Protocol;

namespace HandyBackup.Rpc.Sessions;

/// <summary>The server's end of the message layer: nothing is answered before the hello, and no exception leaves as it is.</summary>
internal sealed class SessionRpc(IJsonRpcMessageHandler handler, PanelSessionOptions options) : JsonRpc(handler)
{
    private const string HelloMethod = MethodPrefix.Server + nameof(IServerInfo.HelloAsync);
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

        if (!_isOpen && request.Method != HelloMethod)
        {
            throw new HandyBackupException(ErrorCode.ProtocolMismatch, $"'{request.Method}' was called before the hello.")
            {
                Target = request.Method,
                Advice = "Update the HandyBackup module on the panel's machine to the server's version.",
            };
        }

        return base.DispatchRequestAsync(request, targetMethod, cancellationToken);
    }

    protected override JsonRpcError.ErrorDetail CreateErrorDetails(JsonRpcRequest request, Exception exception)
    {
        switch (exception)
        {
            case HandyBackupException known:
                return Detail(known.ToErrorInfo());
            case LocalRpcException { ErrorData: null }:
                // StreamJsonRpc's own answers, such as the one to a stream that has ended already.
                return base.CreateErrorDetails(request, exception);
            case OperationCanceledException:
                return Detail(new ErrorInfo
                {
                    Code = ErrorCode.Cancelled,
                    Message = "The server stopped the operation.",
                    Advice = "The server may be shutting down. Try again when it runs.",
                });
            default:
                string correlationId = Guid.NewGuid().ToString("N");
                options.OnUnexpectedError?.Invoke(new UnexpectedError(correlationId, request.Method ?? "", exception));
                return Detail(new ErrorInfo
                {
                    Code = ErrorCode.InternalError,
                    Message = $"The server failed to carry out '{request.Method}'.",
                    Target = correlationId,
                    Advice = $"Look for {correlationId} in the server's log.",
                });
        }
    }

    protected override ValueTask SendAsync(JsonRpcMessage message, CancellationToken cancellationToken)
    {
        // The library answers arguments that it cannot read by itself, and adds the exception with its stack.
        if (message is JsonRpcError { Error: { Code: JsonRpcErrorCode.InvalidParams } error })
        {
            string reason = (error.Data as CommonErrorData)?.Inner?.Message ?? (error.Data as CommonErrorData)?.Message ?? error.Message ?? "";
            error.Code = (JsonRpcErrorCode)ErrorCode.InvalidArgument;
            error.Message = "The arguments of the call cannot be used: " + reason;
            error.Data = new ErrorInfo { Code = ErrorCode.InvalidArgument, Message = error.Message };
        }

        return base.SendAsync(message, cancellationToken);
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

    private static JsonRpcError.ErrorDetail Detail(ErrorInfo info) => new()
    {
        Code = (JsonRpcErrorCode)info.Code,
        Message = info.Message,
        Data = info,
    };
}
