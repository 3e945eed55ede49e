using System.Runtime.CompilerServices;
using HandyBackup.Contracts;

namespace HandyBackup.Module.Completion;

/// <summary>Completes names of agents.</summary>
public sealed class AgentNameCompleter : NameCompleter
{
    private protected override async IAsyncEnumerable<KeyValuePair<string, string>> ListAsync(HBSession session, string start, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (AgentInfo agent in session.Connection.Agents.ListAsync(new AgentQuery(), cancellationToken))
        {
            yield return new KeyValuePair<string, string>(agent.Description.Name, agent.Description.OperatingSystem);
        }
    }
}
