using HandyBackup.Contracts;

namespace HandyBackup.Server.Core;

/// <summary>What an agent tried in a run that it may not: the run's log and the audit log tell of it. Safe to share between threads.</summary>
/// <param name="agent">The agent.</param>
/// <param name="run">Its run.</param>
/// <param name="refusals">Writes the audit log.</param>
internal sealed class AgentConduct(ConnectedAgent agent, ActiveRun run, MachineRefusals refusals)
{
    private const string Reading = "Retrieve.Get";
    private const string Writing = "Ingest.Put";

    private readonly Lock _gate = new();
    private Task _noting = Task.CompletedTask;
    private bool _hasNoted;

    /// <summary>The agent asked for content that is none of its run's. Returns at once.</summary>
    public void RefuseReading(BlobId id) => Note(Reading, $"blob {id}", ErrorCode.BlobRefused, $"asked for blob {id}, which does not belong to what this run may read");

    /// <summary>The agent handed in content under an id that is not its own. Returns at once.</summary>
    public void RefuseWriting(HandyBackupException refusal) => Note(Writing, $"blob {refusal.Target}", refusal.Code, $"handed in blob {refusal.Target} with another content than its id promises");

    /// <summary>Waits until all is written. Call it when the agent has no part in the run any more.</summary>
    public Task CompleteAsync()
    {
        lock (_gate)
        {
            return _noting;
        }
    }

    // One is enough of each run: whoever tries one will try more.
    private void Note(string action, string target, ErrorCode code, string what)
    {
        lock (_gate)
        {
            if (!_hasNoted)
            {
                _hasNoted = true;
                _noting = Task.Run(() => NoteAsync(action, target, code, what));
            }
        }
    }

    private async Task NoteAsync(string action, string target, ErrorCode code, string what)
    {
        await refusals.NoteAsync(agent.Description.Name, null, action, $"run {run.Id}, {target}", code);
        await run.LogAsync(RunLogLevel.Warning, code, $"The agent '{agent.Description.Name}' {what}.", CancellationToken.None);
    }
}
