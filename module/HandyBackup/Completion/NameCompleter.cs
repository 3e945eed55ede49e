using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using HandyBackup.Contracts;
using HandyBackup.Module.Sessions;

namespace HandyBackup.Module.Completion;

/// <summary>
/// Completes names that the server knows. Pressing Tab must never hurt: whatever goes wrong, and after one second, there is
/// just nothing to offer.
/// </summary>
public abstract class NameCompleter : IArgumentCompleter
{
    private const int MaximumResults = 200;

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        HBSession? session = fakeBoundParameters?["Session"] as HBSession ?? DefaultSession.Current;
        if (session is not { IsConnected: true })
        {
            return [];
        }

        string start = (wordToComplete ?? "").Trim('\'', '"');
        using var limit = new CancellationTokenSource(s_limit);
        var results = new List<CompletionResult>();
        try
        {
            // Not on this thread: should the server hang, the prompt must come back all the same.
            Task collecting = Task.Run(() => CollectAsync(session, start, results, limit.Token), limit.Token);
            collecting.Wait(limit.Token);
            return results;
        }
        catch (Exception exception) when (exception is AggregateException or OperationCanceledException or HandyBackupException)
        {
            return [];
        }
    }

    /// <summary>Lists what there is, each with a line of explanation.</summary>
    private protected abstract IAsyncEnumerable<KeyValuePair<string, string>> ListAsync(HBSession session, string start, CancellationToken cancellationToken);

    private async Task CollectAsync(HBSession session, string start, List<CompletionResult> results, CancellationToken cancellationToken)
    {
        await foreach (KeyValuePair<string, string> entry in ListAsync(session, start, cancellationToken))
        {
            if (entry.Key.StartsWith(start, StringComparison.OrdinalIgnoreCase))
            {
                string name = PrintableText.Clean(entry.Key);
                string explanation = PrintableText.Clean(entry.Value);
                results.Add(new CompletionResult(Quote(name), name, CompletionResultType.ParameterValue, explanation.Length == 0 ? name : explanation));
                if (results.Count == MaximumResults)
                {
                    return;
                }
            }
        }
    }

    private static string Quote(string name)
    {
        foreach (char c in name)
        {
            if (!char.IsLetterOrDigit(c) && c is not ('-' or '_' or '.'))
            {
                return "'" + CodeGeneration.EscapeSingleQuotedStringContent(name) + "'";
            }
        }

        return name;
    }
}
