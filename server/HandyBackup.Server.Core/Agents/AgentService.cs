using System.Runtime.CompilerServices;
using HandyBackup.Contracts;

namespace HandyBackup.Server.Core;

/// <inheritdoc cref="IAgents"/>
internal sealed class AgentService(AgentDirectory agents) : IAgents
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

    /// <summary>Does nothing: one object serves all connections.</summary>
    public void Dispose()
    {
    }
}
