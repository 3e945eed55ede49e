using HandyBackup.Rpc.Relays;

namespace HandyBackup.Rpc.Sessions;

/// <summary>The server's end of every call: streams are numbered, and end with their connection. Errors are left to <see cref="SessionRpc"/>.</summary>
internal sealed class SessionCalls(SessionStreams streams) : CallPath
{
    // A fast listing fills its room while a message is under way. What follows something live makes one state ahead, and no more that would be old.
    private const int ListingRoom = 512;
    private const int LiveRoom = 1;

    public override Task<T> CallAsync<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken) => call(cancellationToken);

    // The call's own token ends with the answer that merely announces the stream; the stream has its own.
    public override IAsyncEnumerable<T> Stream<T>(Func<CancellationToken, IAsyncEnumerable<T>> open, StreamPace pace, CancellationToken cancellationToken)
    {
        var stream = new SessionStream<T>(open, pace == StreamPace.Live ? LiveRoom : ListingRoom);
        streams.Add(stream);
        return stream;
    }
}
