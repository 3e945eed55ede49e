using HandyBackup.Contracts;
using HandyBackup.Rpc.Streams;
using HandyBackup.Rpc.Wire;
using Nerdbank.Streams;

namespace HandyBackup.Rpc.Content;

/// <summary>
/// Content that a service returned. The reader knows it by its number, as it knows any stream; its bytes travel on a channel, which the reader opens, and the answer to
/// its one question for more comes when all was sent.
/// </summary>
/// <param name="open">Asks the service; the token ends the reading.</param>
/// <param name="multiplexer">The connection.</param>
internal sealed class SentContent(Func<CancellationToken, IAsyncEnumerable<ReadOnlyMemory<byte>>> open, MultiplexingStream multiplexer)
    : SentStream, IAsyncEnumerable<ReadOnlyMemory<byte>>
{
    private readonly CancellationTokenSource _ended = new();
    private Task? _sending;

    public override async Task<(object Batch, bool IsLast)> NextAsync(CancellationToken cancellationToken)
    {
        var started = new TaskCompletionSource<bool>();
        if (Interlocked.CompareExchange(ref _sending, started.Task, null) is not null)
        {
            throw new HandyBackupException(ErrorCode.InvalidArgument, "The content is being sent already.");
        }

        using CancellationTokenRegistration stop = cancellationToken.Register(_ended.Cancel);
        try
        {
            await SendAsync().ConfigureAwait(false);
        }
        finally
        {
            started.TrySetResult(true);
        }

        return (new StreamBatch<bool>([], IsLast: true), true);
    }

    public override async ValueTask DisposeAsync()
    {
        _ended.Cancel();
        if (Volatile.Read(ref _sending) is { } sending)
        {
            await sending.ConfigureAwait(false);
        }
    }

    /// <summary>Not supported: the content is read by its number.</summary>
    public IAsyncEnumerator<ReadOnlyMemory<byte>> GetAsyncEnumerator(CancellationToken cancellationToken = default) => throw new NotSupportedException();

    private async Task SendAsync()
    {
        MultiplexingStream.Channel channel = await ContentChannel.AcceptAsync(multiplexer, ContentChannel.NameOf(Number), _ended.Token).ConfigureAwait(false);
        try
        {
            await ContentSender.SendAsync(channel.Output, open(_ended.Token), _ended.Token).ConfigureAwait(false);
        }
        finally
        {
            channel.Output.Complete();
            _ = ChannelEnd.CloseAsync(channel, CancellationToken.None);
        }
    }
}
