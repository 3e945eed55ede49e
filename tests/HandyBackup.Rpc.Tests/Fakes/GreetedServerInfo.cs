using HandyBackup.Contracts;

namespace HandyBackup.Rpc.Tests.Fakes;

/// <summary>Answers the hello as a server of this version does; the rest is another's.</summary>
internal sealed class GreetedServerInfo(IServerInfo inner) : IServerInfo
{
    public Task<HelloReply> HelloAsync(HelloRequest request, CancellationToken cancellationToken) =>
        Task.FromResult(new HelloReply(ProtocolVersion.Current, "Test server 1.0", request.Capabilities));

    public Task<ServerStatus> GetStatusAsync(CancellationToken cancellationToken) => inner.GetStatusAsync(cancellationToken);

    public Task StopAsync(StopServerRequest request, CancellationToken cancellationToken) => inner.StopAsync(request, cancellationToken);

    public IAsyncEnumerable<ServerBackupPart> BackUpAsync(BackUpServerRequest request, CancellationToken cancellationToken) => inner.BackUpAsync(request, cancellationToken);

    public void Dispose() => inner.Dispose();
}
