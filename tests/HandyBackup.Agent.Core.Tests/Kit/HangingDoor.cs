using HandyBackup.Agent.Core.Connection;
using HandyBackup.Agent.Core.Home;
using HandyBackup.Contracts;

namespace HandyBackup.Agent.Core.Tests.Kit;

/// <summary>A server that takes connections and says nothing.</summary>
internal sealed class HangingDoor : IServerDoor
{
    private int _attempts;

    public int Attempts => Volatile.Read(ref _attempts);

    public Task<EnrolledAgent> EnrollAsync(ServerAddress server, EnrollAgentRequest request, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public async Task<IServerConnection> ConnectAsync(ServerAddress server, AgentCredential credential, IAgent agent, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _attempts);
        await Task.Delay(Timeout.Infinite, cancellationToken);
        throw new NotSupportedException();
    }
}
