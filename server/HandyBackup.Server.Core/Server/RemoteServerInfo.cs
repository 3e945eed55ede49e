using HandyBackup.Contracts;

namespace HandyBackup.Server.Core;

/// <summary>The server as panels on other machines meet it: its hello shows the authority, by which they know that it is the right one.</summary>
internal sealed class RemoteServerInfo(IServerInfo inner, Fleet fleet) : IServerInfo
{
    /// <inheritdoc/>
    public async Task<HelloReply> HelloAsync(HelloRequest request, CancellationToken cancellationToken)
    {
        HelloReply reply = await inner.HelloAsync(request, cancellationToken);
        FleetParts parts = await fleet.OpenAsync(cancellationToken);
        return reply with { AuthorityCertificate = parts.Authority.Certificate.RawData };
    }

    /// <inheritdoc/>
    public Task<ServerStatus> GetStatusAsync(CancellationToken cancellationToken) => inner.GetStatusAsync(cancellationToken);

    /// <inheritdoc/>
    public Task StopAsync(StopServerRequest request, CancellationToken cancellationToken) => inner.StopAsync(request, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<ServerBackupPart> BackUpAsync(BackUpServerRequest request, CancellationToken cancellationToken) => inner.BackUpAsync(request, cancellationToken);

    /// <summary>Does nothing: what is behind it serves all connections.</summary>
    public void Dispose()
    {
    }
}
