using HandyBackup.Contracts;

namespace HandyBackup.Server.Core;

/// <summary>The agents that a caller may see.</summary>
internal sealed class NarrowedAgents(IAgents inner, AccessJudge judge) : IAgents
{
    /// <inheritdoc/>
    public IAsyncEnumerable<AgentInfo> ListAsync(AgentQuery query, CancellationToken cancellationToken) =>
        judge.FilterAsync(inner.ListAsync(query, cancellationToken), static agent => new AccessSubject(agent.Description.Name, null), cancellationToken);

    /// <inheritdoc/>
    public Task<AgentInfo> ApproveAsync(AgentReference agent, CancellationToken cancellationToken) => inner.ApproveAsync(agent, cancellationToken);

    /// <inheritdoc/>
    public Task<AgentInfo> SuspendAsync(AgentReference agent, CancellationToken cancellationToken) => inner.SuspendAsync(agent, cancellationToken);

    /// <inheritdoc/>
    public Task<AgentInfo> ResumeAsync(AgentReference agent, CancellationToken cancellationToken) => inner.ResumeAsync(agent, cancellationToken);

    /// <inheritdoc/>
    public Task<AgentInfo> UpdateAsync(UpdateAgentRequest request, CancellationToken cancellationToken) => inner.UpdateAsync(request, cancellationToken);

    /// <inheritdoc/>
    public Task RemoveAsync(RemoveAgentRequest request, CancellationToken cancellationToken) => inner.RemoveAsync(request, cancellationToken);

    /// <summary>Does nothing: the agents are the server's.</summary>
    public void Dispose()
    {
    }
}
