using HandyBackup.Contracts;

namespace HandyBackup.Rpc.Relays;

/// <summary>Sends the calls of <see cref="IAgents"/> through a <see cref="CallPath"/>.</summary>
internal sealed class AgentsRelay(IAgents inner, CallPath path) : IAgents
{
    public IAsyncEnumerable<AgentInfo> ListAsync(AgentQuery query, CancellationToken cancellationToken) =>
        path.Stream(token => inner.ListAsync(query, token), StreamPace.Listing, cancellationToken);

    // The interface asks for it; what lies behind the relay belongs to the connection, or to the server.
    public void Dispose()
    {
    }
}
