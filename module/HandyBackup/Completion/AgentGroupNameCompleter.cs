using System.Runtime.CompilerServices;
using HandyBackup.Contracts;

namespace HandyBackup.Module.Completion;

/// <summary>Completes names of groups of agents.</summary>
public sealed class AgentGroupNameCompleter : NameCompleter
{
    private protected override async IAsyncEnumerable<KeyValuePair<string, string>> ListAsync(HBSession session, string start, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (AgentGroupInfo group in session.Connection.AgentGroups.ListAsync(new AgentGroupQuery(), cancellationToken))
        {
            yield return new KeyValuePair<string, string>(group.Name, group.Description);
        }
    }
}
