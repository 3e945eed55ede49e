using System.Runtime.CompilerServices;
using HandyBackup.Contracts;

namespace HandyBackup.Server.Tests.Fakes;

/// <summary>A run that goes on until the backend stops it.</summary>
internal sealed class EndlessRun(Task stopped) : IRuns
{
    public IAsyncEnumerable<Run> ListAsync(RunQuery query, CancellationToken cancellationToken) => throw new NotSupportedException();

    public async IAsyncEnumerable<Run> WatchAsync(RunReference run, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return InState(RunState.Running);
        await stopped.WaitAsync(cancellationToken);
        yield return InState(RunState.Cancelled);
    }

    public Task<Run> StopAsync(RunReference run, CancellationToken cancellationToken) => throw new NotSupportedException();

    public IAsyncEnumerable<RunLogEntry> GetLogAsync(RunLogQuery query, CancellationToken cancellationToken) => throw new NotSupportedException();

    public void Dispose()
    {
    }

    private static Run InState(RunState state) => new()
    {
        Id = Guid.Empty,
        Kind = RunKind.Backup,
        State = state,
        Repository = "main",
        Created = DateTimeOffset.UnixEpoch,
    };
}
