using HandyBackup.Contracts;
using HandyBackup.Testing;

namespace HandyBackup.Server.Tests.Network.Kit;

/// <summary>Keeps an agent connected through a proxy until it is disposed of.</summary>
internal sealed class StayingAgent : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _staying;

    public StayingAgent(FleetAgent agent, TcpFaultProxy proxy) =>
        _staying = agent.StayConnectedAsync(new ServerAddress("localhost", proxy.EndPoint.Port), _stop.Token);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _staying;
        _stop.Dispose();
    }
}
