using HandyBackup.Contracts;
using HandyBackup.Rpc.Streams;

namespace HandyBackup.Rpc.Relays;

/// <summary>Sends the calls of <see cref="IAgents"/> through a <see cref="CallPath"/>.</summary>
internal sealed class AgentsRelay(IAgents inner, CallPath path) : IAgents
{
    public IAsyncEnumerable<AgentInfo> ListAsync(AgentQuery query, CancellationToken cancellationToken) =>
        path.Stream(token => inner.ListAsync(query, token), StreamPace.Listing, cancellationToken, query);

    public Task<AgentInfo> ApproveAsync(AgentReference agent, CancellationToken cancellationToken) =>
        path.CallAsync(token => inner.ApproveAsync(agent, token), cancellationToken, agent);

    public Task<AgentInfo> SuspendAsync(AgentReference agent, CancellationToken cancellationToken) =>
        path.CallAsync(token => inner.SuspendAsync(agent, token), cancellationToken, agent);

    public Task<AgentInfo> ResumeAsync(AgentReference agent, CancellationToken cancellationToken) =>
        path.CallAsync(token => inner.ResumeAsync(agent, token), cancellationToken, agent);

    public Task<AgentInfo> UpdateAsync(UpdateAgentRequest request, CancellationToken cancellationToken) =>
        path.CallAsync(token => inner.UpdateAsync(request, token), cancellationToken, request);

    public Task RemoveAsync(RemoveAgentRequest request, CancellationToken cancellationToken) =>
        path.CallAsync(token => inner.RemoveAsync(request, token), cancellationToken, request);

    // The interface asks for it; what lies behind the relay belongs to the connection, or to the server.
    public void Dispose()
    {
    }
}
