using System.Runtime.CompilerServices;
using HandyBackup.Contracts;

namespace HandyBackup.Server.Core;

/// <summary>The groups in which a caller may see agents, with those agents alone.</summary>
internal sealed class NarrowedAgentGroups(IAgentGroups inner, AccessJudge judge) : IAgentGroups
{
    /// <inheritdoc/>
    public async IAsyncEnumerable<AgentGroupInfo> ListAsync(AgentGroupQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        AccessScope scope = await judge.OpenScopeAsync(cancellationToken);
        await foreach (AgentGroupInfo group in inner.ListAsync(query, cancellationToken))
        {
            if (scope.IsEverything(Permission.View))
            {
                yield return group;
                continue;
            }

            IReadOnlyList<string> members = await scope.ChooseAgentsAsync(Permission.View, group.Members, cancellationToken);
            if (members.Count > 0)
            {
                yield return group with { Members = members, Listed = await scope.ChooseAgentsAsync(Permission.View, group.Listed, cancellationToken) };
            }
        }
    }

    /// <inheritdoc/>
    public Task<AgentGroupInfo> CreateAsync(CreateAgentGroupRequest request, CancellationToken cancellationToken) => inner.CreateAsync(request, cancellationToken);

    /// <inheritdoc/>
    public Task<AgentGroupInfo> UpdateAsync(UpdateAgentGroupRequest request, CancellationToken cancellationToken) => inner.UpdateAsync(request, cancellationToken);

    /// <inheritdoc/>
    public Task RemoveAsync(AgentGroupReference group, CancellationToken cancellationToken) => inner.RemoveAsync(group, cancellationToken);

    /// <summary>Does nothing: the groups are the server's.</summary>
    public void Dispose()
    {
    }
}
