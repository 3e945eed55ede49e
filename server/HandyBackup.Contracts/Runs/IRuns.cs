using PolyType;
using StreamJsonRpc;

namespace HandyBackup.Contracts;

/// <summary>Executions: looking, following, stopping. A run goes on when the panel that started it leaves.</summary>
[JsonRpcContract, GenerateShape(IncludeMethods = MethodShapeFlags.PublicInstance)]
public partial interface IRuns : IDisposable
{
    /// <summary>Lists runs, newest first.</summary>
    IAsyncEnumerable<Run> ListAsync(RunQuery query, CancellationToken cancellationToken);

    /// <summary>Follows a run: its state now, then each change (at most four a second), and its final state last.</summary>
    IAsyncEnumerable<Run> WatchAsync(RunReference run, CancellationToken cancellationToken);

    /// <summary>Asks a run to stop and returns its state when it has.</summary>
    Task<Run> StopAsync(RunReference run, CancellationToken cancellationToken);

    /// <summary>Lists a run's log, oldest line first.</summary>
    IAsyncEnumerable<RunLogEntry> GetLogAsync(RunLogQuery query, CancellationToken cancellationToken);
}
