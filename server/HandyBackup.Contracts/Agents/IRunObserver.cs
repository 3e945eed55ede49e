namespace HandyBackup.Contracts;

/// <summary>Where an agent tells the server how a run goes. May be called from several threads at once.</summary>
public interface IRunObserver
{
    /// <summary>Cosmetic: the latest counters. Cheap; the receiver throttles.</summary>
    void Progress(RunProgress progress);

    /// <summary>Something about one item that the user must be told. Kept in the run's log.</summary>
    ValueTask IssueAsync(ItemIssue issue, CancellationToken cancellationToken);
}
