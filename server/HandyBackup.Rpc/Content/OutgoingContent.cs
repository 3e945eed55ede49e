using HandyBackup.Rpc.Wire;
using Nerdbank.Streams;

namespace HandyBackup.Rpc.Content;

/// <summary>Content that is handed in with a call: the call carries the name of its channel. It is sent while the call is under way, and no longer.</summary>
internal sealed class OutgoingContent : IAsyncEnumerable<ReadOnlyMemory<byte>>
{
    private readonly CancellationTokenSource _stop;
    private readonly Task _sending;

    /// <summary>Begins to send.</summary>
    /// <param name="multiplexer">The connection.</param>
    /// <param name="content">The content.</param>
    /// <param name="cancellationToken">Stops the sending.</param>
    public OutgoingContent(MultiplexingStream multiplexer, IAsyncEnumerable<ReadOnlyMemory<byte>> content, CancellationToken cancellationToken)
    {
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        CancellationToken stopped = _stop.Token;
        _sending = Task.Run(() => SendAsync(multiplexer, content, stopped), CancellationToken.None);
    }

    /// <summary>The name of the channel.</summary>
    public string Name { get; } = ContentChannel.NewName();

    /// <summary>Why the content could not be read; null if it could, as far as it was wanted.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Not supported: it is read on the other side.</summary>
    public IAsyncEnumerator<ReadOnlyMemory<byte>> GetAsyncEnumerator(CancellationToken cancellationToken = default) => throw new NotSupportedException();

    /// <summary>Stops the sending and waits for it. To be called when the call has ended.</summary>
    public async Task EndAsync()
    {
        _stop.Cancel();
        await _sending.ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task SendAsync(MultiplexingStream multiplexer, IAsyncEnumerable<ReadOnlyMemory<byte>> content, CancellationToken cancellationToken)
    {
        try
        {
            MultiplexingStream.Channel channel = await ContentChannel.OpenAsync(multiplexer, Name, cancellationToken).ConfigureAwait(false);
            try
            {
                await ContentSender.SendAsync(channel.Output, content, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                channel.Output.Complete();
                _ = ChannelEnd.CloseAsync(channel, CancellationToken.None);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Nobody wants the rest.
        }
        catch (Exception exception)
        {
            Failure = exception;
        }
    }
}
