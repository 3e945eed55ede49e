using HandyBackup.Contracts;
using HandyBackup.Server.Hosting;

namespace HandyBackup.Server.Tests.Fakes;

internal sealed class FakeServerInfo(BackendContext context) : IServerInfo
{
    public Task<HelloReply> HelloAsync(HelloRequest request, CancellationToken cancellationToken) =>
        Task.FromResult(new HelloReply(ProtocolVersion.Current, "Test server", []));

    public Task<ServerStatus> GetStatusAsync(CancellationToken cancellationToken) => Task.FromResult(new ServerStatus
    {
        HostName = "host",
        Version = context.Arguments.Standalone ? "standalone" : "server",
        DataPath = context.Arguments.DataPath,
        ProcessId = Environment.ProcessId,
        Started = context.TimeProvider.GetUtcNow(),
        ActiveRuns = 0,
        Tasks = 0,
        Repositories = 0,
        Agents = 0,
    });

    public Task StopAsync(StopServerRequest request, CancellationToken cancellationToken)
    {
        context.Stop();
        return Task.CompletedTask;
    }

    public IAsyncEnumerable<ServerBackupPart> BackUpAsync(BackUpServerRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();

    public void Dispose()
    {
    }
}
