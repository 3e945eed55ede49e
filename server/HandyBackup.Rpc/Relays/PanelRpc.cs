using HandyBackup.Contracts;
using StreamJsonRpc;
using StreamJsonRpc.Protocol;

namespace HandyBackup.Rpc.Relays;

/// <summary>The panel's end of the message layer: an error carries an <see cref="ErrorInfo"/>.</summary>
internal sealed class PanelRpc(IJsonRpcMessageHandler handler) : JsonRpc(handler)
{
    protected override Type? GetErrorDetailsDataType(JsonRpcError error) => typeof(ErrorInfo);
}
