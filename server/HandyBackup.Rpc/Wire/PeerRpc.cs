using HandyBackup.Contracts;
using HandyBackup.Rpc.Streams;
using StreamJsonRpc;
using StreamJsonRpc.Protocol;

namespace HandyBackup.Rpc.Wire;

/// <summary>
/// One end of the message layer. An error travels as an <see cref="ErrorInfo"/> and never as an exception, and a stream of the other side is read by its number.
/// </summary>
/// <param name="handler">The messages.</param>
/// <param name="self">What this end is, for the errors that it answers with.</param>
/// <param name="onUnexpectedError">Receives what the other side is not told; null to drop it.</param>
internal class PeerRpc(IJsonRpcMessageHandler handler, Party self, Action<UnexpectedError>? onUnexpectedError = null) : JsonRpc(handler)
{
    /// <summary>Waits for the next items of a stream.</summary>
    public Task<StreamBatch<T>> NextAsync<T>(long stream, CancellationToken cancellationToken) =>
        InvokeWithCancellationAsync<StreamBatch<T>>(StreamMethod.Next, [stream], cancellationToken);

    /// <summary>Says that no more items of a stream are wanted.</summary>
    public Task EndStreamAsync(long stream) => NotifyAsync(StreamMethod.End, stream);

    /// <summary>Offers an interface's methods, and nothing else of the object, under a prefix.</summary>
    public void Serve<T>(T target, string prefix)
        where T : class =>
        AddLocalRpcTarget(target, new JsonRpcTargetOptions
        {
            MethodNameTransform = CommonMethodNameTransforms.Prepend(prefix),
            NotifyClientOfEvents = false,
        });

    /// <summary>A proxy of an interface that the other side offers under a prefix.</summary>
    public T Reach<T>(string prefix)
        where T : class =>
        Attach<T>(new JsonRpcProxyOptions
        {
            MethodNameTransform = CommonMethodNameTransforms.Prepend(prefix),
            ProxySource = JsonRpcProxyOptions.ProxyImplementation.AlwaysSourceGenerated,
        });

    protected override Type? GetErrorDetailsDataType(JsonRpcError error) => typeof(ErrorInfo);

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
                    Message = $"The {self.Name} stopped the operation.",
                    Advice = $"The {self.Name} may be shutting down. Try again when it runs.",
                });
            default:
                string correlationId = Guid.NewGuid().ToString("N");
                onUnexpectedError?.Invoke(new UnexpectedError(correlationId, request.Method ?? "", exception));
                return Detail(new ErrorInfo
                {
                    Code = ErrorCode.InternalError,
                    Message = $"The {self.Name} failed to carry out '{request.Method}'.",
                    Target = correlationId,
                    Advice = $"Look for {correlationId} in the {self.Name}'s log.",
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

    private static JsonRpcError.ErrorDetail Detail(ErrorInfo info) => new()
    {
        Code = (JsonRpcErrorCode)info.Code,
        Message = info.Message,
        Data = info,
    };
}
