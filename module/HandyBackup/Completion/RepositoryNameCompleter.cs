using System.Runtime.CompilerServices;
using HandyBackup.Contracts;

namespace HandyBackup.Module.Completion;

/// <summary>Completes names of repositories.</summary>
public sealed class RepositoryNameCompleter : NameCompleter
{
    private protected override async IAsyncEnumerable<KeyValuePair<string, string>> ListAsync(HBSession session, string start, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (RepositoryInfo repository in session.Connection.Repositories.ListAsync(new RepositoryQuery(), cancellationToken))
        {
            yield return new KeyValuePair<string, string>(repository.Name, repository.Path);
        }
    }
}
