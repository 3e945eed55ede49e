using PolyType;
using StreamJsonRpc;

namespace HandyBackup.Contracts;

/// <summary>Executions: looking, following, stopping. A run goes on when the panel that started it leaves.</summary>
[JsonRpcContract, GenerateShape(IncludeMethods = MethodShapeFlags.PublicInstance)]
public partial interface IRuns : IDisposable
{
    /// <summary>Lists runs, newest first.</summary>
    [Requires(Permission.View, Narrowable = true)]
    IAsyncEnumerable<Run> ListAsync(RunQuery query, CancellationToken cancellationToken);

    /// <summary>Follows a run: its state now, then each change (at most four a second), and its final state last.</summary>
    [Requires(Permission.View, Narrowable = true)]
    IAsyncEnumerable<Run> WatchAsync(RunReference run, CancellationToken cancellationToken);

    /// <summary>Asks a run to stop and returns its state when it has.</summary>
    [Requires(Permission.Operate, Narrowable = true)]
    Task<Run> StopAsync(RunReference run, CancellationToken cancellationToken);

    /// <summary>Lists a run's log, oldest line first.</summary>
    [Requires(Permission.View, Narrowable = true)]
    IAsyncEnumerable<RunLogEntry> GetLogAsync(RunLogQuery query, CancellationToken cancellationToken);
}
