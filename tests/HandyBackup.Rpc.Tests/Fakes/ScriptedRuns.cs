using HandyBackup.Contracts;

namespace HandyBackup.Rpc.Tests.Fakes;

/// <summary>Runs whose methods a test writes.</summary>
internal sealed class ScriptedRuns : IRuns
{
    public Func<CancellationToken, IAsyncEnumerable<Run>> OnStream { get; init; } = _ => throw new NotSupportedException();

    public Func<CancellationToken, Task<Run>> OnStop { get; init; } = _ => throw new NotSupportedException();

    public IAsyncEnumerable<Run> ListAsync(RunQuery query, CancellationToken cancellationToken) => OnStream(cancellationToken);

    public IAsyncEnumerable<Run> WatchAsync(RunReference run, CancellationToken cancellationToken) => OnStream(cancellationToken);

    public Task<Run> StopAsync(RunReference run, CancellationToken cancellationToken) => OnStop(cancellationToken);

    public IAsyncEnumerable<RunLogEntry> GetLogAsync(RunLogQuery query, CancellationToken cancellationToken) => throw new NotSupportedException();

    public void Dispose()
    {
    }

    /// <summary>A run with a number that a test can recognise.</summary>
    public static Run Number(int number) => new()
    {
        Id = Guid.Empty,
        Kind = RunKind.Backup,
        State = RunState.Running,
        Repository = "main",
        Created = DateTimeOffset.UnixEpoch,
        Warnings = number,
    };
}
