using System.Runtime.CompilerServices;
using HandyBackup.Contracts;

namespace HandyBackup.Module.Completion;

/// <summary>Completes ids of runs, the newest first.</summary>
public sealed class RunIdCompleter : NameCompleter
{
    private protected override async IAsyncEnumerable<KeyValuePair<string, string>> ListAsync(HBSession session, string start, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (Run run in session.Connection.Runs.ListAsync(new RunQuery { Last = 50 }, cancellationToken))
        {
            yield return new KeyValuePair<string, string>(run.Id.ToString(), $"{run.Created.ToLocalTime():yyyy-MM-dd HH:mm} {run.Kind} {run.Task} {run.State}");
        }
    }
}
