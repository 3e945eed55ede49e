using HandyBackup.Contracts;
using HandyBackup.Rpc.Streams;

namespace HandyBackup.Rpc.Relays;

/// <summary>Sends the calls of <see cref="IServerInfo"/> through a <see cref="CallPath"/>.</summary>
internal sealed class ServerInfoRelay(IServerInfo inner, CallPath path) : IServerInfo
{
    public Task<HelloReply> HelloAsync(HelloRequest request, CancellationToken cancellationToken) =>
        path.CallAsync(token => inner.HelloAsync(request, token), cancellationToken, request);

    public Task<ServerStatus> GetStatusAsync(CancellationToken cancellationToken) =>
        path.CallAsync(inner.GetStatusAsync, cancellationToken);

    public Task StopAsync(StopServerRequest request, CancellationToken cancellationToken) =>
        path.CallAsync(token => inner.StopAsync(request, token), cancellationToken, request);

    public IAsyncEnumerable<ServerBackupPart> BackUpAsync(BackUpServerRequest request, CancellationToken cancellationToken) =>
        path.Stream(token => inner.BackUpAsync(request, token), StreamPace.Content, cancellationToken, request);

    // The interface asks for it; what lies behind the relay belongs to the connection, or to the server.
    public void Dispose()
    {
    }
}
