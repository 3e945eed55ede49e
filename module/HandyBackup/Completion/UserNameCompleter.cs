using System.Runtime.CompilerServices;
using HandyBackup.Contracts;

namespace HandyBackup.Module.Completion;

/// <summary>Completes names of users.</summary>
public sealed class UserNameCompleter : NameCompleter
{
    private protected override async IAsyncEnumerable<KeyValuePair<string, string>> ListAsync(HBSession session, string start, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (UserInfo user in session.Connection.Users.ListAsync(new UserQuery(), cancellationToken))
        {
            yield return new KeyValuePair<string, string>(user.Name, user.Description);
        }
    }
}
