using HandyBackup.Contracts;
using HandyBackup.Rpc.Streams;

namespace HandyBackup.Rpc.Relays;

/// <summary>Sends the calls of <see cref="IAgentGroups"/> through a <see cref="CallPath"/>.</summary>
internal sealed class AgentGroupsRelay(IAgentGroups inner, CallPath path) : IAgentGroups
{
    public IAsyncEnumerable<AgentGroupInfo> ListAsync(AgentGroupQuery query, CancellationToken cancellationToken) =>
        path.Stream(token => inner.ListAsync(query, token), StreamPace.Listing, cancellationToken, query);

    public Task<AgentGroupInfo> CreateAsync(CreateAgentGroupRequest request, CancellationToken cancellationToken) =>
        path.CallAsync(token => inner.CreateAsync(request, token), cancellationToken, request);

    public Task<AgentGroupInfo> UpdateAsync(UpdateAgentGroupRequest request, CancellationToken cancellationToken) =>
        path.CallAsync(token => inner.UpdateAsync(request, token), cancellationToken, request);

    public Task RemoveAsync(AgentGroupReference group, CancellationToken cancellationToken) =>
        path.CallAsync(token => inner.RemoveAsync(group, token), cancellationToken, group);

    // The interface asks for it; what lies behind the relay belongs to the connection, or to the server.
    public void Dispose()
    {
    }
}
