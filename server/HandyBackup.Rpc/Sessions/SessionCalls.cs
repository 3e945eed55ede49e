using HandyBackup.Rpc.Relays;
using StreamJsonRpc;

namespace HandyBackup.Rpc.Sessions;

/// <summary>The server's end of every call: streams are batched, and end with their connection. Errors are left to <see cref="SessionRpc"/>.</summary>
internal sealed class SessionCalls(SessionStreams streams) : CallPath
{
    // No minimum for a batch: a slow listing shows its first item at once, and a fast one fills this buffer while a message is under way.
    private static readonly JsonRpcEnumerableSettings s_listing = new() { MinBatchSize = 1, MaxReadAhead = 512 };
    private static readonly JsonRpcEnumerableSettings s_live = new() { MinBatchSize = 1, MaxReadAhead = 0 };

    public override Task<T> CallAsync<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken) => call(cancellationToken);

    // The call's own token ends with the answer that merely announces the stream; the stream has its own.
    public override IAsyncEnumerable<T> Stream<T>(Func<CancellationToken, IAsyncEnumerable<T>> open, StreamPace pace, CancellationToken cancellationToken) =>
        new SessionStream<T>(open, streams).WithJsonRpcSettings(pace == StreamPace.Live ? s_live : s_listing);
}
