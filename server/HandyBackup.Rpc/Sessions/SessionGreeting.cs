using HandyBackup.Contracts;
using HandyBackup.Rpc.Wire;

namespace HandyBackup.Rpc.Sessions;

/// <summary>The server's side of the hello: compares the protocol versions, lets the server agree on the rest, then opens the session.</summary>
/// <param name="inner">The server.</param>
/// <param name="takesBeats">True to agree on the panel's heartbeat, if it has one.</param>
/// <param name="opened">Is called when all is agreed on: true if the panel's heart beats from now on.</param>
internal sealed class SessionGreeting(IServerInfo inner, bool takesBeats, Action<bool> opened) : IServerInfo
{
    public async Task<HelloReply> HelloAsync(HelloRequest request, CancellationToken cancellationToken)
    {
        ProtocolAgreement.Verify(Party.Panel, request.Protocol, request.Product, ProtocolVersion.Current, ProtocolAgreement.Product);
        HelloReply reply = await inner.HelloAsync(request, cancellationToken).ConfigureAwait(false);
        bool beats = takesBeats && request.Capabilities.Contains(PanelBeat.Capability);
        opened(beats);
        return beats ? reply with { Capabilities = [.. reply.Capabilities, PanelBeat.Capability] } : reply;
    }

    public Task<ServerStatus> GetStatusAsync(CancellationToken cancellationToken) => inner.GetStatusAsync(cancellationToken);

    public Task StopAsync(StopServerRequest request, CancellationToken cancellationToken) => inner.StopAsync(request, cancellationToken);

    public IAsyncEnumerable<ServerBackupPart> BackUpAsync(BackUpServerRequest request, CancellationToken cancellationToken) => inner.BackUpAsync(request, cancellationToken);

    public void Dispose()
    {
        // The server's object outlives the session.
    }
}
