using System.Runtime.CompilerServices;
using HandyBackup.Contracts;

namespace HandyBackup.Module.Completion;

/// <summary>Completes ids of enrolment tokens, the newest first.</summary>
public sealed class EnrollmentTokenIdCompleter : NameCompleter
{
    private protected override async IAsyncEnumerable<KeyValuePair<string, string>> ListAsync(HBSession session, string start, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (EnrollmentTokenInfo token in session.Connection.EnrollmentTokens.ListAsync(cancellationToken))
        {
            yield return new KeyValuePair<string, string>(token.Id, $"{token.Kind}, {token.Remaining} of {token.Uses} left, until {token.Expires.ToLocalTime():yyyy-MM-dd HH:mm} {token.Note}");
        }
    }
}
