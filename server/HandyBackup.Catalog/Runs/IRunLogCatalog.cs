using HandyBackup.Contracts;

namespace HandyBackup.Catalog;

/// <summary>The runs' logs.</summary>
public interface IRunLogCatalog
{
    /// <summary>Lists a run's log, oldest line first.</summary>
    IAsyncEnumerable<RunLogEntry> ListAsync(Guid runId, RunLogLevel minimumLevel, CancellationToken cancellationToken);

    /// <summary>Adds lines of one run in one transaction.</summary>
    Task AppendAsync(Guid runId, IReadOnlyList<RunLogEntry> entries, CancellationToken cancellationToken);
}
