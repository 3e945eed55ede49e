using System.Runtime.CompilerServices;
using HandyBackup.Contracts;

namespace HandyBackup.Module.Completion;

/// <summary>Completes names of tasks.</summary>
public sealed class TaskNameCompleter : NameCompleter
{
    private protected override async IAsyncEnumerable<KeyValuePair<string, string>> ListAsync(HBSession session, string start, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (TaskInfo task in session.Connection.Tasks.ListAsync(new TaskQuery(), cancellationToken))
        {
            yield return new KeyValuePair<string, string>(task.Definition.Name, task.Definition.Description);
        }
    }
}
