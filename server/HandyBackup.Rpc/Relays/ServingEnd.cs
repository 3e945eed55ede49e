using HandyBackup.Rpc.Content;
using HandyBackup.Rpc.Streams;
using HandyBackup.Rpc.Wire;
using Nerdbank.Streams;

namespace HandyBackup.Rpc.Relays;

/// <summary>The end of a call that carries it out: streams are numbered, and end with their connection. Errors are left to <see cref="PeerRpc"/>.</summary>
internal sealed class ServingEnd(SentStreams streams, MultiplexingStream multiplexer) : CallPath
{
    // A fast listing fills its room while a message is under way. What follows something live makes one state ahead, and no more that would be old.
    private const int ListingRoom = 512;
    private const int LiveRoom = 1;
    private const int ContentRoom = 4;

    public override Task<T> CallAsync<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken, object? request, string method) => call(cancellationToken);

    // The call's own token ends with the answer that merely announces the stream; the stream has its own.
    public override IAsyncEnumerable<T> Stream<T>(
        Func<CancellationToken, IAsyncEnumerable<T>> open, StreamPace pace, CancellationToken cancellationToken, object? request, string method)
    {
        var stream = new SentStream<T>(open, pace switch
        {
            StreamPace.Live => LiveRoom,
            StreamPace.Content => ContentRoom,
            _ => ListingRoom,
        });
        streams.Add(stream);
        return stream;
    }

    public override IAsyncEnumerable<ReadOnlyMemory<byte>> Content(
        Func<CancellationToken, IAsyncEnumerable<ReadOnlyMemory<byte>>> open, CancellationToken cancellationToken, object? request, string method)
    {
        var content = new SentContent(open, multiplexer);
        streams.Add(content);
        return content;
    }

    public override Task<T> SendAsync<T>(
        IAsyncEnumerable<ReadOnlyMemory<byte>> content,
        Func<IAsyncEnumerable<ReadOnlyMemory<byte>>, CancellationToken, Task<T>> call,
        CancellationToken cancellationToken,
        object? request,
        string method) => call(content, cancellationToken);
}
