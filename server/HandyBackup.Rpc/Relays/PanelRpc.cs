using HandyBackup.Contracts;
using HandyBackup.Rpc.Wire;
using StreamJsonRpc;
using StreamJsonRpc.Protocol;

namespace HandyBackup.Rpc.Relays;

/// <summary>The panel's end of the message layer: an error carries an <see cref="ErrorInfo"/>, and a stream is read by its number.</summary>
internal sealed class PanelRpc(IJsonRpcMessageHandler handler) : JsonRpc(handler)
{
    /// <summary>Waits for the next items of a stream.</summary>
    public Task<StreamBatch<T>> NextAsync<T>(long stream, CancellationToken cancellationToken) =>
        InvokeWithCancellationAsync<StreamBatch<T>>(StreamMethod.Next, [stream], cancellationToken);

    /// <summary>Says that no more items of a stream are wanted.</summary>
    public Task EndStreamAsync(long stream) => NotifyAsync(StreamMethod.End, stream);

    protected override Type? GetErrorDetailsDataType(JsonRpcError error) => typeof(ErrorInfo);
}
