using System.Runtime.CompilerServices;
using HandyBackup.Catalog;
using HandyBackup.Contracts;

namespace HandyBackup.Server.Core;

/// <inheritdoc cref="IAgents"/>
internal sealed class AgentService(ICatalog catalog, AgentDirectory agents, AgentAdmission admission) : IAgents
{
    /// <inheritdoc/>
    public async IAsyncEnumerable<AgentInfo> ListAsync(AgentQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var name = new NameFilter(query.Name);
        await foreach (AgentInfo agent in agents.ListAsync(cancellationToken))
        {
            if (name.Matches(agent.Description.Name))
            {
                yield return agent;
            }
        }
    }

    /// <inheritdoc/>
    public Task<AgentInfo> ApproveAsync(AgentReference agent, CancellationToken cancellationToken) => ChangeAsync(agent, admission.ApproveAsync, cancellationToken);

    /// <inheritdoc/>
    public Task<AgentInfo> SuspendAsync(AgentReference agent, CancellationToken cancellationToken) => ChangeAsync(agent, admission.SuspendAsync, cancellationToken);

    /// <inheritdoc/>
    public Task<AgentInfo> ResumeAsync(AgentReference agent, CancellationToken cancellationToken) => ChangeAsync(agent, admission.ResumeAsync, cancellationToken);

    /// <inheritdoc/>
    public Task<AgentInfo> UpdateAsync(UpdateAgentRequest request, CancellationToken cancellationToken) => ChangeAsync(
        new AgentReference(request.Agent),
        async (id, token) => _ = await catalog.AgentIdentities.ChangeTagsAsync(id, tags => AgentTags.Change(tags, request), token) ?? throw AgentDirectory.NotFound(request.Agent),
        cancellationToken);

    /// <inheritdoc/>
    public async Task RemoveAsync(RemoveAgentRequest request, CancellationToken cancellationToken)
    {
        AgentIdentity identity = await agents.FindIdentityAsync(request.Agent, cancellationToken);
        await admission.RemoveAsync(identity.Id, request.RemoveTasks, cancellationToken);
    }

    /// <summary>Does nothing: one object serves all connections.</summary>
    public void Dispose()
    {
    }

    private async Task<AgentInfo> ChangeAsync(AgentReference agent, Func<Guid, CancellationToken, Task> change, CancellationToken cancellationToken)
    {
        AgentIdentity identity = await agents.FindIdentityAsync(agent.Agent, cancellationToken);
        await change(identity.Id, cancellationToken);
        return await agents.ListAsync(cancellationToken).FirstAsync(info => info.Id == identity.Id, cancellationToken);
    }
}
