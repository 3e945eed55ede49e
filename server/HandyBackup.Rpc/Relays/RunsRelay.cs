using HandyBackup.Contracts;
using HandyBackup.Rpc.Streams;

namespace HandyBackup.Rpc.Relays;

/// <summary>Sends the calls of <see cref="IRuns"/> through a <see cref="CallPath"/>.</summary>
internal sealed class RunsRelay(IRuns inner, CallPath path) : IRuns
{
    public IAsyncEnumerable<Run> ListAsync(RunQuery query, CancellationToken cancellationToken) =>
        path.Stream(token => inner.ListAsync(query, token), StreamPace.Listing, cancellationToken, query);

    public IAsyncEnumerable<Run> WatchAsync(RunReference run, CancellationToken cancellationToken) =>
        path.Stream(token => inner.WatchAsync(run, token), StreamPace.Live, cancellationToken, run);

    public Task<Run> StopAsync(RunReference run, CancellationToken cancellationToken) =>
        path.CallAsync(token => inner.StopAsync(run, token), cancellationToken, run);

    public IAsyncEnumerable<RunLogEntry> GetLogAsync(RunLogQuery query, CancellationToken cancellationToken) =>
        path.Stream(token => inner.GetLogAsync(query, token), StreamPace.Listing, cancellationToken, query);

    // The interface asks for it; what lies behind the relay belongs to the connection, or to the server.
    public void Dispose()
    {
    }
}
